// Package words makes of a text the words by which it is found and compared: the same for every way of writing them. It is pure.
//
// The rules are the same for ever, because what is made of words is stored. A later version of Unicode changes nothing but words with
// characters that had no meaning before.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Of gives the words of a text in order: its runs of letters and digits, folded. A run in a script that does not separate words, of
// Chinese, Japanese, Korean or Thai, gives its characters, each followed by the pair that it begins.
func Of(text string) []string {
	var all []string
	for _, run := range strings.FieldsFunc(Folded(text), func(r rune) bool { return !inWord(r) }) {
		for run != "" {
			end := alike(run)
			if first, _ := utf8.DecodeRuneInString(run); unseparated(first) {
				all = appendPairs(all, run[:end])
			} else {
				all = append(all, run[:end])
			}
			run = run[end:]
		}
	}
	return all
}

// Folded gives a text without differences of case and of compatible forms, and without the marks on Latin and Greek letters. Marks on
// others make other letters: が is not か, and й is not и.
func Folded(text string) string {
	if lower, ok := ascii(text); ok {
		return lower
	}
	fold := cases.Fold()
	// What decomposes may be an upper-case letter in another form, which folds only then.
	text = norm.NFKD.String(fold.String(norm.NFKD.String(fold.String(text))))
	plain := false
	text = strings.Map(func(r rune) rune {
		if !unicode.Is(unicode.M, r) {
			plain = unicode.In(r, unicode.Latin, unicode.Greek)
		} else if plain {
			return -1
		}
		return r
	}, text)
	return norm.NFC.String(text)
}

// ascii is Folded for the texts that need no table.
func ascii(text string) (lower string, ok bool) {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return "", false
		}
	}
	return strings.ToLower(text), true
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// unseparated tells of the scripts that do not separate words, or not those that people look for. The mark that makes a vowel of
// Japanese long belongs to two of them.
func unseparated(r rune) bool {
	return r >= '\u0e00' && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Thai))
}

// alike is the length of the part of a run that either separates words or does not. A mark belongs to what it is on.
func alike(run string) int {
	first, size := utf8.DecodeRuneInString(run)
	for i, r := range run[size:] {
		if !unicode.Is(unicode.M, r) && unseparated(r) != unseparated(first) {
			return size + i
		}
	}
	return len(run)
}

// appendPairs adds the characters of a run, each with the marks on it, and the pairs that they make.
func appendPairs(all []string, run string) []string {
	var starts []int
	for i, r := range run {
		if i == 0 || !unicode.Is(unicode.M, r) {
			starts = append(starts, i)
		}
	}
	starts = append(starts, len(run), len(run))
	for i := range len(starts) - 2 {
		all = append(all, run[starts[i]:starts[i+1]])
		if starts[i+1] < len(run) {
			all = append(all, run[starts[i]:starts[i+2]])
		}
	}
	return all
}
