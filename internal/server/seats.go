package server

import "sync"

// seats counts the sockets or streams of each caller.
type seats struct {
	mu    sync.Mutex
	total int
	held  map[string]int
}

func newSeats() *seats { return &seats{held: make(map[string]int)} }

// take takes one more seat, or reports false if the caller already has the most that it may.
func (s *seats) take(key string, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[key] >= most {
		return false
	}
	s.held[key]++
	s.total++
	return true
}

func (s *seats) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total--
	if s.held[key]--; s.held[key] <= 0 {
		delete(s.held, key)
	}
}

func (s *seats) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}
