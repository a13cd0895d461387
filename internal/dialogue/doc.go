// Package dialogue keeps the convened spaces in which everything else is said.
//
// DRAFT -> OPEN -> CLOSED, and CLOSED -> OPEN as a new round. A dialogue never ends silently: closing it publishes an
// outcome. The current phase says what participants may do; outside every phase they may do nothing.
package dialogue
