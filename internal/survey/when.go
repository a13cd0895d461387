package survey

import (
	"errors"
	"time"

	"github.com/plenary-dialogue/plenary/internal/measure"
)

// moment is a time as a file has it.
type moment struct {
	year, month, day, hour, minute, second int
	zoned                                  bool
	offset                                 int // seconds east of UTC
}

var (
	errISO    = errors.New("write times as 2026-03-09 or 2026-03-09 14:05:00: whoever reads 08/09/26 cannot tell the day from the month")
	errMonkey = errors.New("times of SurveyMonkey are month/day/year with four digits, as 03/09/2026 02:05:00 PM")
	errGoogle = errors.New("times of Google Forms are as 2026/03/09 2:05:00 PM GMT+1")
	errUnix   = errors.New("times are seconds since 1970, or as 2026-03-09T14:05:00Z")
	errNoDay  = errors.New("there is no such day or time")
)

// scan reads a time by a pattern: Y M D h m s are numbers of the digits that follow one another, all else stands for itself.
type scan struct {
	text []byte
	ok   bool
}

func (s *scan) number(least, most int) int {
	n, digits := 0, 0
	for len(s.text) > 0 && '0' <= s.text[0] && s.text[0] <= '9' && digits < most {
		n = 10*n + int(s.text[0]-'0')
		s.text = s.text[1:]
		digits++
	}
	s.ok = s.ok && digits >= least
	return n
}

func (s *scan) is(c byte) bool {
	if len(s.text) > 0 && s.text[0] == c {
		s.text = s.text[1:]
		return true
	}
	return false
}

func (s *scan) must(c byte) { s.ok = s.is(c) && s.ok }

// clock reads h:mm:ss.
func (s *scan) clock(m *moment, least int) {
	m.hour = s.number(least, 2)
	s.must(':')
	m.minute = s.number(2, 2)
	if s.is(':') {
		m.second = s.number(2, 2)
		if s.is('.') {
			s.number(1, 9)
		}
	}
}

// half reads AM or PM.
func (s *scan) half(m *moment) {
	s.must(' ')
	switch {
	case m.hour < 1 || m.hour > 12:
		s.ok = false
	case s.is('P'):
		m.hour = m.hour%12 + 12
	case s.is('A'):
		m.hour %= 12
	default:
		s.ok = false
	}
	s.must('M')
}

// iso reads 2026-03, 2026-03-09, or either time of that day, with an offset or none.
func iso(text []byte) (m moment, err error) {
	s := scan{text, true}
	m.year = s.number(4, 4)
	s.must('-')
	m.month, m.day = s.number(2, 2), 1
	if s.is('-') {
		m.day = s.number(2, 2)
		if s.is('T') || s.is(' ') {
			s.clock(&m, 2)
			s.zone(&m)
		}
	}
	return m.checked(s, errISO)
}

func (s *scan) zone(m *moment) {
	switch {
	case len(s.text) == 0:
		return
	case s.is('Z'):
		m.zoned = true
		return
	}
	s.offset(m, 2)
}

// offset reads +01:00, +0100 or +1.
func (s *scan) offset(m *moment, least int) {
	sign := 1
	if s.is('-') {
		sign = -1
	} else {
		s.must('+')
	}
	m.zoned = true
	hours, minutes := s.number(least, 2), 0
	if s.is(':') || len(s.text) > 0 {
		minutes = s.number(2, 2)
	}
	s.ok = s.ok && hours <= 15 && minutes < 60
	m.offset = sign * (3600*hours + 60*minutes)
}

// monkey reads 03/09/2026 02:05:00 PM, where the month comes first.
func monkey(text []byte) (m moment, err error) {
	s := scan{text, true}
	m.month = s.number(1, 2)
	s.must('/')
	m.day = s.number(1, 2)
	s.must('/')
	m.year = s.number(4, 4)
	if len(s.text) > 0 {
		s.must(' ')
		s.clock(&m, 1)
		s.half(&m)
	}
	return m.checked(s, errMonkey)
}

// google reads 2026/03/09 2:05:00 PM GMT+1.
func google(text []byte) (m moment, err error) {
	s := scan{text, true}
	m.year = s.number(4, 4)
	s.must('/')
	m.month = s.number(1, 2)
	s.must('/')
	m.day = s.number(1, 2)
	s.must(' ')
	s.clock(&m, 1)
	s.half(&m)
	if s.is(' ') {
		s.must('G')
		s.must('M')
		s.must('T')
		m.zoned = true
		if len(s.text) > 0 {
			s.offset(&m, 1)
		}
	}
	return m.checked(s, errGoogle)
}

// unix reads seconds, or what iso reads.
func unix(text []byte) (moment, error) {
	n, err := canonical(text)
	if err != nil || n < 1e8 || n > 1e11 {
		m, err := iso(text)
		if err != nil && !errors.Is(err, errNoDay) {
			err = errUnix
		}
		return m, err
	}
	t := time.Unix(int64(n), 0).UTC()
	return moment{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), true, 0}, nil
}

var days = [...]int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func (m moment) checked(s scan, form error) (moment, error) {
	switch {
	case !s.ok || len(s.text) > 0:
		return m, form
	case m.month < 1 || m.month > 12 || m.day < 1 || m.day > days[m.month-1] || m.hour > 23 || m.minute > 59 || m.second > 60:
		return m, errNoDay
	case m.day == 29 && m.month == 2 && (m.year%4 != 0 || m.year%100 == 0 && m.year%400 != 0):
		return m, errNoDay
	}
	return m, nil
}

// in is the month in a zone: a time without one is told in the zone already.
func (m moment) in(zone *time.Location) measure.Month {
	if !m.zoned || zone == nil {
		return measure.NewMonth(m.year, m.month)
	}
	at := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, 0, time.UTC).Add(-time.Duration(m.offset) * time.Second)
	return measure.MonthOf(at.In(zone))
}
