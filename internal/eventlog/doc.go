// Package eventlog reads logs of events, XES (IEEE 1849) and CSV, into the paths that cases took through a journey, and compares these with a
// plan. It knows no database. Of a log it keeps activities, and how many cases took which path: no case, no time, no resource, and nothing of
// any attribute but the name, the time and the transition of an event.
//
// A domain calls ReadXES, or ReadCSV with a Mapping from ParseMapping, which note every fault with its line, and stores what Log.Reduce
// gives: at most MostPaths paths with their cases, and one number for all others. Count says where the cases of the shown paths deviate
// from the plan of a journey; Deviate does so for one path.
package eventlog
