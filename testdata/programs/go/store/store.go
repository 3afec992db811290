package store

import (
	"sort"
	"strings"
	"sync"
)

// Line is one position of an order.
type Line struct {
	Article  string `json:"article"`
	Quantity int64  `json:"quantity"`
	Cents    int64  `json:"cents"`
}

// Order is what a customer of a tenant has bought.
type Order struct {
	Number   uint64            `json:"number"`
	Tenant   string            `json:"tenant"`
	Customer string            `json:"customer"`
	Note     string            `json:"note"`
	Lines    []Line            `json:"lines"`
	Extra    map[string]string `json:"extra,omitempty"`
}

// Total returns the price of the order in cents.
func (o *Order) Total() int64 {
	var sum int64
	for i := range o.Lines {
		sum += o.Lines[i].amount()
	}
	return sum
}

func (l *Line) amount() int64 { return l.Quantity * l.Cents }

// Store holds the orders of all tenants.
//
// One lock guards everything on purpose: the waiting on it is what the
// mutex and block profiles are to show.
type Store struct {
	mu       sync.RWMutex
	orders   Tree[uint64, *Order]
	articles Tree[string, *Article]
}

// Article is what all orders together say about one article.
type Article struct {
	Name    string
	Sold    int64
	Revenue int64
	Orders  []uint64
}

// Put adds an order or replaces the one with the same number.
func (s *Store) Put(o *Order) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders.Put(o.Number, o)
	for i := range o.Lines {
		s.book(o.Number, &o.Lines[i])
	}
}

func (s *Store) book(number uint64, l *Line) {
	a, ok := s.articles.Get(l.Article)
	if !ok {
		a = &Article{Name: strings.Clone(l.Article)}
		s.articles.Put(a.Name, a)
	}
	a.Sold += l.Quantity
	a.Revenue += l.amount()
	a.Orders = append(a.Orders, number)
}

// Search returns the orders of a tenant for which match is true.
func (s *Store) Search(tenant string, limit int, match func(*Order) bool) []*Order {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []*Order
	s.orders.Walk(func(_ uint64, o *Order) bool {
		if o.Tenant == tenant && match(o) {
			found = append(found, o)
		}
		return len(found) < limit
	})
	return found
}

// Best returns copies of the n articles that brought in the most.
func (s *Store) Best(n int) []Article {
	s.mu.RLock()
	all := make([]Article, 0, s.articles.Len())
	s.articles.Walk(func(_ string, a *Article) bool {
		all = append(all, *a)
		return true
	})
	s.mu.RUnlock()
	sort.Sort(byRevenue(all))
	return all[:min(n, len(all))]
}

type byRevenue []Article

func (b byRevenue) Len() int      { return len(b) }
func (b byRevenue) Swap(i, j int) { b[i], b[j] = b[j], b[i] }
func (b byRevenue) Less(i, j int) bool {
	if b[i].Revenue != b[j].Revenue {
		return b[i].Revenue > b[j].Revenue
	}
	return b[i].Name < b[j].Name
}
