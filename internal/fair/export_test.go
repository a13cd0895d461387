package fair

// Ready reports whether the request has its place.
func (w *Waiter) Ready() bool {
	select {
	case <-w.ready:
		return true
	default:
		return false
	}
}

// Present counts the callers and groups that the gate knows.
func (g *Gate) Present() int { return len(g.parties) }
