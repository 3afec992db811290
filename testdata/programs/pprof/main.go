// Command pprof is the stand-alone pprof, built from the packages that ship
// with Go.
//
// "go tool pprof" cannot stand in for it: with C++ it finds neither the full
// names nor the inlined calls. This one asks llvm-symbolizer or addr2line.
package main

import (
	"log"

	"github.com/google/pprof/driver"
)

func main() {
	log.SetFlags(0)
	if err := driver.PProf(&driver.Options{}); err != nil {
		log.Fatal(err)
	}
}
