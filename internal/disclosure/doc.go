// Package disclosure decides which figures about counted answers may be shown, so that nobody is found by subtracting one from another. It
// knows no database, no clock and no viewer: whoever calls it brings all answers of a month, and keeps the Figures that it gives.
//
// What is promised: no count, share or mean over fewer than K answers follows from figures by adding and subtracting, whenever they were
// read. What is not: the size of a hidden cohort can sometimes be told from which ones are hidden, people who answer alike are not
// protected, and neither is one whose move to another cohort somebody knows of from elsewhere. The party that brought the answers sees them
// whole.
//
// A domain keeps Figures for each source, month and question (touchpoint, side, aspect, instrument, dimension):
//
//	Closed   tells whether a month may be shown at all
//	Publish  makes the figures of a closed month, once
//	Correct  compares later answers of the month, with all its questions, with what is shown, and says whether it is shown anew
//	Sum      adds up what is shown of several months or touchpoints
//
// Figures are of one source. Those of two are never added: the one that is shown would be taken from the sum, and what the other hides be
// left. For the same reason a source has one cohort key for a touchpoint and instrument; answers without a value of it form the cohort None.
package disclosure
