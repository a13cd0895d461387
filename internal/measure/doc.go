// Package measure computes what follows from counted answers: scores with their intervals, gaps between two sides, their trend, the score of
// a journey, and what went before and after a change. It knows no database, no clock and no person: whoever calls it brings counts by value
// and decides which of them may be shown.
//
// A domain reads cells of counts, keeps those that internal/disclosure shows, and calls
//
//	Score      for one source's answers on one instrument, dimension and month
//	Gap        for two sources of the same month; GapKind says which side and aspect stand against which
//	TrendOf    for the gaps of the shown months, and WideningRun for the rule by which a gap raises a concern
//	Journey    for the scores of a journey's touchpoints
//	Correlate  for readings of quality beside scores of the same months
//	Effect     for the points of a metric around the month in which a practice became active
//
// Everything is exact until it is displayed: counts are integers, scores and gaps are big.Rat, and decisions (trend, raising) compare
// rationals. Only the ends of intervals are floats, because they contain roots and quantiles. Decimal rounds, and nothing else does.
package measure
