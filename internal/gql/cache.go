package gql

import (
	"container/list"
	"sync"
)

// documentCache keeps parsed and validated documents. It evicts the least recently used once their weights exceed the bound.
// It counts bytes and not entries, so that 10,000 distinct large queries cannot fill the memory.
type documentCache struct {
	mu     sync.Mutex
	bound  int
	weight int
	order  *list.List // of *document, most recently used in front
	byText map[string]*list.Element
}

func newDocumentCache(bound int) *documentCache {
	return &documentCache{bound: bound, order: list.New(), byText: make(map[string]*list.Element)}
}

func (c *documentCache) get(text string) *document {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byText[text]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*document)
}

func (c *documentCache) add(d *document) {
	if d.weight > c.bound/4 { // one document may not push everything else out
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byText[d.text]; ok { // two requests parsed it at the same time
		return
	}
	c.byText[d.text] = c.order.PushFront(d)
	c.weight += d.weight
	for c.weight > c.bound {
		last := c.order.Remove(c.order.Back()).(*document)
		delete(c.byText, last.text)
		c.weight -= last.weight
	}
}

// used gives the number of cached documents and their weight in bytes.
func (c *documentCache) used() (n, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order.Len(), c.weight
}

// weigh estimates the memory of a document in bytes: its text, which is both source and key, and its syntax tree. A node with
// its position and its slot in a slice was measured at 200 to 240 bytes (TestWeighIsCloseToTheMemoryUsed).
func weigh(text string, nodes int) int { return len(text) + 260*nodes + 2048 }

// weighProgram estimates what the programs of a document add: up to twice as many fields as it has, of about 400 bytes each.
func weighProgram(nodes int) int { return 400*nodes + 4096 }
