package questionnaire

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// MaxNumber bounds the numbers of answers and conditions: every JSON reader reads them exactly, JavaScript's as well.
const MaxNumber = 1<<53 - 1

// ParseError says why a text is no condition.
type ParseError struct {
	Code    source.Code
	At      int // the character, from 1
	Message string
}

// Error is a sentence with the place.
func (e *ParseError) Error() string { return fmt.Sprintf("%s (at character %d)", e.Message, e.At) }

// Parse reads a condition:
//
//	condition = term { "or" term } ;   term = factor { "and" factor } ;
//	factor = "not" factor | "(" condition ")" | test ;
//	test = "{" key "}" ( "=" | "<>" | "<" | "<=" | ">" | ">=" ) literal | "{" key "}" "contains" ( literal | list )
//	     | "{" key "}" ( "empty" | "notempty" ) ;
//	list = "[" [ literal { "," literal } ] "]" ;
//	literal = '"' text '"' | "'" text "'" | whole number | "true" | "false" ;
//
// It does not know the questions: Check asks whether they are there. An empty list is refused there, too.
func Parse(text string) (Expr, error) {
	if n := utf8.RuneCountInString(text); n > MaxConditionLength {
		return nil, &ParseError{source.TooLong, MaxConditionLength, fmt.Sprintf("a condition has at most %d characters; this has %d", MaxConditionLength, n)}
	}
	p := parser{text: text}
	e := p.condition(0)
	if p.skip(); p.failed == nil && p.at < len(p.text) {
		p.fail("here the condition should end, or go on with and, or")
	}
	if p.failed != nil {
		return nil, p.failed
	}
	return e, nil
}

// parser descends through a condition. After the first failure every method returns at once.
type parser struct {
	text   string
	at     int
	failed *ParseError
}

func (p *parser) fail(format string, args ...any) { p.failWith(source.Syntax, format, args...) }

func (p *parser) failWith(code source.Code, format string, args ...any) {
	if p.failed == nil {
		p.failed = &ParseError{code, utf8.RuneCountInString(p.text[:min(p.at, len(p.text))]) + 1, fmt.Sprintf(format, args...)}
	}
}

func (p *parser) skip() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// sign takes a sign if it comes next.
func (p *parser) sign(s string) bool {
	p.skip()
	if p.failed != nil || !strings.HasPrefix(p.text[p.at:], s) {
		return false
	}
	p.at += len(s)
	return true
}

// word takes a word if it comes next, and not only as the begin of another.
func (p *parser) word(s string) bool {
	p.skip()
	end := p.at + len(s)
	if p.failed != nil || !strings.HasPrefix(p.text[p.at:], s) || end < len(p.text) && isWord(p.text[end]) {
		return false
	}
	p.at = end
	return true
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

func (p *parser) condition(depth int) Expr {
	parts := p.parts(depth, "or", p.term, func(e Expr) []Expr {
		if any, ok := e.(*Any); ok { // it stood in brackets that say nothing
			return any.Parts
		}
		return []Expr{e}
	})
	if len(parts) == 1 {
		return parts[0]
	}
	return &Any{parts}
}

func (p *parser) term(depth int) Expr {
	parts := p.parts(depth, "and", p.factor, func(e Expr) []Expr {
		if all, ok := e.(*All); ok {
			return all.Parts
		}
		return []Expr{e}
	})
	if len(parts) == 1 {
		return parts[0]
	}
	return &All{parts}
}

// parts reads what stands between words, each part opened into those it is made of.
func (p *parser) parts(depth int, between string, part func(depth int) Expr, open func(Expr) []Expr) []Expr {
	parts := open(part(depth))
	for p.word(between) {
		parts = append(parts, open(part(depth))...)
	}
	return parts
}

func (p *parser) factor(depth int) Expr {
	if depth > MaxConditionDepth {
		p.failWith(source.TooDeep, "brackets and nots stand at most %d deep", MaxConditionDepth)
		return nil
	}
	switch {
	case p.word("not"):
		return &Not{p.factor(depth + 1)}
	case p.sign("("):
		e := p.condition(depth + 1)
		if !p.sign(")") {
			p.fail("a bracket is not closed")
		}
		return e
	}
	return p.test()
}

func (p *parser) test() Expr {
	if !p.sign("{") {
		p.fail("here a question in braces is missing, such as {q1}")
		return nil
	}
	end := strings.IndexByte(p.text[p.at:], '}')
	if end < 0 {
		p.fail("a brace is not closed")
		return nil
	}
	t := &Test{Question: p.text[p.at : p.at+end]}
	p.at += end + 1
	switch t.Op = p.op(); t.Op {
	case Empty, NotEmpty, "":
	case Contains:
		t.Literals = p.literals()
	default:
		t.Literals = []Literal{p.literal()}
	}
	return t
}

func (p *parser) op() Op {
	for _, op := range []Op{Contains, Empty, NotEmpty} {
		if p.word(string(op)) {
			return op
		}
	}
	for _, op := range []Op{Equals, Differs, AtMost, AtLeast, Less, More} { // the longer ones first
		if p.sign(string(op)) {
			return op
		}
	}
	p.fail("after a question comes one of = <> < <= > >= contains empty notempty")
	return ""
}

// literals reads one literal or a list. A list of one says the same as its literal.
func (p *parser) literals() []Literal {
	if !p.sign("[") {
		return []Literal{p.literal()}
	}
	if p.sign("]") {
		return nil
	}
	list := []Literal{p.literal()}
	for p.sign(",") {
		list = append(list, p.literal())
	}
	if !p.sign("]") {
		p.fail("a list is not closed")
	}
	return list
}

func (p *parser) literal() Literal {
	switch {
	case p.word("true"):
		return Literal{Kind: TruthLiteral, Truth: true}
	case p.word("false"):
		return Literal{Kind: TruthLiteral}
	case p.sign(`"`):
		return p.quoted('"')
	case p.sign("'"):
		return p.quoted('\'')
	}
	return p.number()
}

// quoted reads to the closing quote. There are no escapes: a text has one kind of quotes in it, or none.
func (p *parser) quoted(quote byte) Literal {
	end := strings.IndexByte(p.text[p.at:], quote)
	if end < 0 {
		p.fail("a text is not closed")
		return Literal{}
	}
	s := p.text[p.at : p.at+end]
	p.at += end + 1
	return Literal{Text: s}
}

func (p *parser) number() Literal {
	end := p.at
	for end < len(p.text) && (isWord(p.text[end]) || strings.IndexByte("+-.", p.text[end]) >= 0) {
		end++
	}
	digits := p.text[p.at:end]
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case digits == "":
		p.fail("here a text in quotes, a whole number, true or false is missing")
	case err != nil:
		p.fail("%s is neither a whole number nor a text in quotes", source.Excerpt(digits))
	case n > MaxNumber, n < -MaxNumber:
		p.failWith(source.OutOfRange, "numbers go to %d", int64(MaxNumber))
	}
	p.at = end
	return Literal{Kind: NumberLiteral, Number: n}
}
