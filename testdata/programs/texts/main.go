// Command texts writes Go's profiles as the text of debug=1.
//
// Usage: texts -o DIR
package main

import (
	"context"
	"flag"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

// kept holds memory until the end.
var kept [][]byte

//go:noinline
func keep(count, size int) {
	for range count {
		kept = append(kept, make([]byte, size))
	}
}

//go:noinline
func drop(count, size int) int {
	sum := 0
	for range count {
		sum += len(append(make([]byte, size), 1))
	}
	return sum
}

// contend lets goroutines wait for a lock.
func contend(lock *sync.Mutex) {
	var waiters sync.WaitGroup
	for range 4 {
		waiters.Go(func() {
			for range 20 {
				lock.Lock()
				time.Sleep(200 * time.Microsecond)
				lock.Unlock()
			}
		})
	}
	waiters.Wait()
}

func open(connections *pprof.Profile, key int) { connections.Add(key, 1) }

func main() {
	log.SetFlags(0)
	dir := flag.String("o", "", "directory for the texts")
	flag.Parse()
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(2)
	connections := pprof.NewProfile("texts/connections")
	for key := range 5 {
		open(connections, key)
	}
	connections.Add("other", 1)
	keep(3000, 1000)
	keep(4, 1<<20)
	keep(100, 32<<10)
	drop(20_000, 3000)
	contend(new(sync.Mutex))
	stop := make(chan struct{})
	for range 3 {
		go pprof.Do(context.Background(), pprof.Labels("tenant", "acme"), func(context.Context) { <-stop })
	}
	go func() { <-stop }()
	time.Sleep(10 * time.Millisecond)
	runtime.GC()
	for _, profile := range pprof.Profiles() {
		name := filepath.Join(*dir, "go_"+filepath.Base(profile.Name())+".txt")
		file, err := os.Create(name)
		if err != nil {
			log.Fatal(err)
		}
		if err := profile.WriteTo(file, 1); err != nil {
			log.Fatal(err)
		}
		if err := file.Close(); err != nil {
			log.Fatal(err)
		}
	}
	close(stop)
	runtime.KeepAlive(kept)
}
