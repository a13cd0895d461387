// Package webhook notifies parties' own systems of the acts that their party may see: signed, in the log's order, at least
// once. It keeps the addresses and their secrets. Receivers read what an act was from the API, never from a webhook's body.
//
// PENDING -> ACTIVE when the receiver echoes a challenge, ACTIVE <-> DISABLED, and from each of them -> DELETED. A new
// address is PENDING again. A receiver that says 410 or fails for five days is DISABLED by the server.
//
// Each webhook's position in the log is its queue: the event after it is tried until it is delivered or given up, and only
// then the next. One replica at a time sends to a webhook, by a claim in its row whose fence is checked with each result.
package webhook
