// Command orders is a toy order service that puts load on itself and writes
// every kind of profile that Go's runtime makes.
//
// Usage: orders [-seconds N] [-clients N] [-workers N] -o DIR
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("orders: ")
	dir := flag.String("o", "", "directory for the profiles")
	seconds := flag.Float64("seconds", 4, "length of the CPU profile")
	clients := flag.Int("clients", 8, "number of clients")
	workers := flag.Int("workers", 4, "number of workers")
	flag.Parse()
	if *dir == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*dir, time.Duration(*seconds*float64(time.Second)), *clients, *workers); err != nil {
		log.Fatal(err)
	}
}

func run(dir string, length time.Duration, clients, workers int) error {
	// A rate of 1 would record every short wait: more stacks, no more insight.
	runtime.SetBlockProfileRate(20_000)
	runtime.SetMutexProfileFraction(5)

	cpu, err := os.Create(filepath.Join(dir, "go_cpu.pb.gz"))
	if err != nil {
		return err
	}
	defer cpu.Close()
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return err
	}

	s := newService()
	s.start(context.Background(), workers)
	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	var load sync.WaitGroup
	for i := range clients {
		load.Go(func() { s.client(ctx, uint64(i)) })
	}

	// Only while the load is still on do goroutines stand in every stage.
	time.Sleep(length * 9 / 10)
	if err := write(dir, "goroutine"); err != nil {
		return err
	}
	<-ctx.Done()
	pprof.StopCPUProfile()
	load.Wait()
	s.stop()

	// The heap profile tells the state at the end of the last collection.
	runtime.GC()
	for _, name := range []string{"heap", "allocs", "mutex", "block", "threadcreate"} {
		if err := write(dir, name); err != nil {
			return err
		}
	}
	runtime.KeepAlive(s)
	return cpu.Close()
}

func write(dir, name string) error {
	f, err := os.Create(filepath.Join(dir, fmt.Sprintf("go_%s.pb.gz", name)))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pprof.Lookup(name).WriteTo(f, 0); err != nil {
		return err
	}
	return f.Close()
}
