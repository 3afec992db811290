// Package store keeps orders in memory, by number and by article.
package store

import "cmp"

// Tree is a treap. Random priorities keep it shallow without any
// bookkeeping on the way up, so its recursive methods stay short.
type Tree[K cmp.Ordered, V any] struct {
	root *node[K, V]
	size int
	rng  uint64
}

type node[K cmp.Ordered, V any] struct {
	key         K
	value       V
	priority    uint64
	left, right *node[K, V]
}

// Len returns how many keys the tree has.
func (t *Tree[K, V]) Len() int { return t.size }

// Put sets the value of a key.
func (t *Tree[K, V]) Put(key K, value V) {
	t.root = t.put(t.root, key, value)
}

func (t *Tree[K, V]) put(n *node[K, V], key K, value V) *node[K, V] {
	if n == nil {
		t.size++
		return &node[K, V]{key: key, value: value, priority: t.next()}
	}
	switch c := cmp.Compare(key, n.key); {
	case c < 0:
		n.left = t.put(n.left, key, value)
		if n.left.priority > n.priority {
			return rotateRight(n)
		}
	case c > 0:
		n.right = t.put(n.right, key, value)
		if n.right.priority > n.priority {
			return rotateLeft(n)
		}
	default:
		n.value = value
	}
	return n
}

// Get returns the value of a key.
func (t *Tree[K, V]) Get(key K) (V, bool) {
	n := t.root
	for n != nil {
		switch c := cmp.Compare(key, n.key); {
		case c < 0:
			n = n.left
		case c > 0:
			n = n.right
		default:
			return n.value, true
		}
	}
	var none V
	return none, false
}

// Walk calls visit for every pair, in the order of the keys, until visit
// returns false.
func (t *Tree[K, V]) Walk(visit func(K, V) bool) {
	t.root.walk(visit)
}

func (n *node[K, V]) walk(visit func(K, V) bool) bool {
	return n == nil ||
		n.left.walk(visit) && visit(n.key, n.value) && n.right.walk(visit)
}

// next is an xorshift step. A generator of the tree's own needs no lock.
func (t *Tree[K, V]) next() uint64 {
	if t.rng == 0 {
		t.rng = 0x9e3779b97f4a7c15
	}
	t.rng ^= t.rng << 13
	t.rng ^= t.rng >> 7
	t.rng ^= t.rng << 17
	return t.rng
}

func rotateRight[K cmp.Ordered, V any](n *node[K, V]) *node[K, V] {
	l := n.left
	n.left, l.right = l.right, n
	return l
}

func rotateLeft[K cmp.Ordered, V any](n *node[K, V]) *node[K, V] {
	r := n.right
	n.right, r.left = r.left, n
	return r
}
