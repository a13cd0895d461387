package server

import "sync"

// seats counts the sockets or streams each caller holds.
type seats struct {
	mu    sync.Mutex
	most  int
	total int
	held  map[string]int
}

func newSeats(most int) *seats { return &seats{most: most, held: make(map[string]int)} }

// take gives one more seat, or says that the caller holds all it may.
func (s *seats) take(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[key] >= s.most {
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
