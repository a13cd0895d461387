// Package survey reads exports of survey tools into counts by touchpoint, side, aspect, instrument, dimension, month, cohort and value. It
// knows no database and stores nothing: of a row it looks only at the columns that a mapping names, adds 1 to some counts, and forgets it.
//
// No cell of a file ever leaves it, with one exception: the values of the column that the mapping names as cohort key, at most 50 of them, each
// at most 40 characters without an @. So a mapping that names a column for e-mail, addresses, names, places, ids or free text is refused.
// Faults name line and column, never what stands there.
//
// A domain reads a mapping with ParseMapping, or makes one with Suggest and lets a person complete it; Read gives the Table that would be
// stored, with what was left out by cause, and notes every fault. What the package cannot know is asked by Options: which touchpoints
// there are, what time it is. The domain compares what stays open with its database: that Table.CohortKey is the one that the source has for
// the touchpoint and instrument, and that the scale of CUSTOM is the one of the source's first batch.
//
// The formats are those of Qualtrics (three header rows), SurveyMonkey (two), Google Forms, Delighted (JSON Lines), and CSV or JSON Lines of
// anybody: with a mapping of columns, or with counts under the names that this package has.
package survey
