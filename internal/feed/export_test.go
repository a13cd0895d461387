package feed

// Live counts the followers that the hub sends to.
func (s *Service) Live() int {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	return s.hub.live
}
