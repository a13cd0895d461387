package measure

import (
	"errors"
	"fmt"
	"time"
)

// Month is a calendar month: 12 times the year, and the month from 0. Months that follow one another differ by 1.
type Month int

// MonthOf is the month in which a time lies, in the time's own zone.
func MonthOf(t time.Time) Month { return NewMonth(t.Year(), int(t.Month())) }

// NewMonth is the month of a year, from 1 to 12.
func NewMonth(year, month int) Month { return Month(12*year + month - 1) }

// ParseMonth reads 2026-03.
func ParseMonth(s string) (Month, error) {
	if len(s) == 7 && s[4] == '-' {
		year, ok := digits(s[:4])
		month, ok2 := digits(s[5:])
		if ok && ok2 && 1 <= month && month <= 12 {
			return NewMonth(year, month), nil
		}
	}
	return 0, errors.New("a month is written as 2026-03")
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = 10*n + int(s[i]-'0')
	}
	return n, true
}

// String is 2026-03.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", int(m)/12, int(m)%12+1) }

// End is when the month is over in UTC: the first moment of the next one.
func (m Month) End() time.Time {
	return time.Date(int(m+1)/12, time.Month(int(m+1)%12+1), 1, 0, 0, 0, 0, time.UTC)
}
