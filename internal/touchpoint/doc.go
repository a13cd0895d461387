// Package touchpoint reads the steps of planned journeys, at which customers and a firm meet.
//
// PRESENT -> REMOVED, while the journey is not retired; what was said of a touchpoint and measured at it stays. Whoever sees the journey sees
// its touchpoints. Package journey writes them.
package touchpoint
