// Package officialresponse keeps what firms and regulators answer to proposals when a dialogue's convenor asks them to.
//
// REQUESTED -> ANSWERED. It stands apart from the proposal's state and moves it nowhere: it can be given after a decision as well, and after
// the date by which it was due. Then it is late, which follows from the clock and is written nowhere.
package officialresponse
