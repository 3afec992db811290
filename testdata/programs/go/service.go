package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime/pprof"
	"strings"
	"sync"
	"time"

	"example.com/orders/pricing"
	"example.com/orders/store"
)

var (
	tenants  = []string{"acme", "globex", "initech"}
	rules    = []string{"total / 100 * (quantity - 3)", "(total - 5000) / 20 + quantity * 2", "0"}
	words    = strings.Fields("please leave the parcel at the back door ring twice thank you gift wrap urgent fragile")
	postcode = regexp.MustCompile(`\b[A-Z]{2}-?(\d{4,5})\b`)
)

// Every order stays in memory, so a bound on the numbers is a bound on the
// heap: later orders then replace earlier ones.
const maxOrders = 30_000

type request struct {
	route, tenant string
	body          []byte
	reply         chan []byte
}

type service struct {
	store    store.Store
	requests chan request
	audit    chan []byte

	mu      sync.Mutex
	reports map[string][]byte

	workers, watchers sync.WaitGroup
	changed           *sync.Cond
	closed            bool
}

func newService() *service {
	s := &service{
		requests: make(chan request, 4),
		audit:    make(chan []byte),
		reports:  make(map[string][]byte),
	}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *service) start(ctx context.Context, workers int) {
	for range workers {
		s.workers.Go(func() { s.work(ctx) })
	}
	s.watchers.Go(s.keepAudit)
	for _, tenant := range tenants {
		s.watchers.Go(func() {
			pprof.Do(ctx, pprof.Labels("tenant", tenant, "route", "watch"), func(context.Context) {
				s.watch(tenant)
			})
		})
	}
}

func (s *service) stop() {
	close(s.requests)
	s.workers.Wait()
	close(s.audit)
	s.mu.Lock()
	s.closed = true
	s.changed.Broadcast()
	s.mu.Unlock()
	s.watchers.Wait()
}

func (s *service) work(ctx context.Context) {
	for r := range s.requests {
		pprof.Do(ctx, pprof.Labels("tenant", r.tenant), func(ctx context.Context) {
			pprof.Do(ctx, pprof.Labels("route", r.route), func(context.Context) {
				r.reply <- s.handle(r)
			})
		})
	}
}

func (s *service) handle(r request) []byte {
	switch r.route {
	case "place":
		return s.place(r)
	case "search":
		return s.search(r)
	default:
		return s.report(r)
	}
}

func (s *service) place(r request) []byte {
	o := new(store.Order)
	if err := json.Unmarshal(r.body, o); err != nil {
		return []byte(err.Error())
	}
	o.Tenant = r.tenant
	if m := postcode.FindStringSubmatch(o.Note); m != nil {
		o.Extra = map[string]string{"postcode": m[1], "discount": fmt.Sprint(discount(o))}
	}
	s.store.Put(o)
	s.audit <- r.body
	return []byte("ok")
}

// discount parses the rules anew for each order: a tenant may change them at
// any time.
func discount(o *store.Order) int64 {
	var best int64
	for _, rule := range rules {
		f, err := pricing.Parse(rule)
		if err != nil {
			continue
		}
		best = max(best, f.Value(pricing.Env{"total": o.Total(), "quantity": quantity(o)}))
	}
	return best
}

func quantity(o *store.Order) (n int64) {
	for _, l := range o.Lines {
		n += l.Quantity
	}
	return n
}

func (s *service) search(r request) []byte {
	wanted := normalize(string(r.body))
	found := s.store.Search(r.tenant, 25, func(o *store.Order) bool {
		return strings.Contains(o.Note, wanted) && o.Total() > 2000
	})
	reply, err := json.Marshal(found)
	if err != nil {
		return []byte(err.Error())
	}
	return reply
}

func (s *service) report(r request) []byte {
	var page bytes.Buffer
	for rank, a := range s.store.Best(40) {
		fmt.Fprintf(&page, "%3d. %-16s %8d pieces %12s\n", rank+1, a.Name, a.Sold, euros(a.Revenue))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reports[r.tenant+string(r.body)] = page.Bytes()
	s.changed.Broadcast()
	return page.Bytes()
}

func euros(cents int64) string {
	return fmt.Sprintf("%d.%02d €", cents/100, cents%100)
}

func normalize(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(s))
}

// keepAudit chains the digests, as a log that nobody can alter later. It is
// one goroutine, so the workers have to wait for it.
func (s *service) keepAudit() {
	var last [sha256.Size]byte
	for entry := range s.audit {
		last = sha256.Sum256(append(last[:], entry...))
	}
}

// watch waits for new reports until the service stops.
func (s *service) watch(tenant string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for seen := 0; !s.closed; s.changed.Wait() {
		for key := range s.reports {
			if strings.HasPrefix(key, tenant) {
				seen++
			}
		}
	}
}

// client sends requests, one after the other, until the context ends.
func (s *service) client(ctx context.Context, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	reply := make(chan []byte)
	for ctx.Err() == nil {
		r := request{tenant: pick(rng, tenants), reply: reply}
		switch n := rng.IntN(100); {
		case n < 88:
			r.route, r.body = "place", orderBody(rng)
		case n < 96:
			r.route, r.body = "search", []byte(" "+strings.ToUpper(pick(rng, words))+" "+pick(rng, words))
		default:
			r.route, r.body = "report", fmt.Appendf(nil, "/%d", rng.IntN(500))
		}
		s.requests <- r
		<-reply
		if rng.IntN(500) == 0 {
			pause(ctx)
		}
	}
}

func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(5 * time.Millisecond):
	}
}

func orderBody(rng *rand.Rand) []byte {
	o := store.Order{
		Number:   rng.Uint64N(maxOrders),
		Customer: fmt.Sprintf("customer-%04d", rng.IntN(5000)),
	}
	note := make([]string, 0, 12)
	for range 4 + rng.IntN(7) {
		note = append(note, pick(rng, words))
	}
	if rng.IntN(3) > 0 {
		note = append(note, fmt.Sprintf("DE-%05d", rng.IntN(100_000)))
	}
	o.Note = strings.Join(note, " ")
	for range 1 + rng.IntN(6) {
		o.Lines = append(o.Lines, store.Line{
			Article:  fmt.Sprintf("article-%04d", rng.IntN(3000)),
			Quantity: 1 + rng.Int64N(9),
			Cents:    99 + rng.Int64N(20_000),
		})
	}
	body, err := json.Marshal(&o)
	if err != nil {
		panic(err)
	}
	return body
}

func pick[T any](rng *rand.Rand, from []T) T {
	return from[rng.IntN(len(from))]
}
