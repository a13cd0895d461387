// Package textdiff tells which words changed between two texts, and which changes of two texts cannot both be made. It is pure.
//
// Words are those of UAX 29, in which a Han character is a word, and spaces and marks between words are words too; none splits
// what a reader sees as one character. The time is bounded, whatever the texts say: past a fixed amount of work a paragraph becomes one
// deletion and one insertion.
package textdiff

import (
	"strings"

	"github.com/rivo/uniseg"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Hunk is a piece of text that was kept, deleted or inserted. The kept and deleted hunks of a diff are the old text, the kept
// and inserted ones the new text. None is empty, and no two in a row have the same operation.
type Hunk struct {
	Op   enum.HunkOp
	Text string
}

// mostChanges are how many changes are told word by word. Texts that have more are different texts, and what they have in common is mostly
// chance: a paragraph of which less than half was kept, or only scattered words, becomes one deletion and one insertion. So does a
// paragraph that has more changes by itself.
const mostChanges = 1000

// Between gives what changed from one text to another. Two equal texts give one hunk; two empty ones give none.
func Between(before, after string) []Hunk {
	return hunks(span{0, len(before)}, changes(before, after), before, after)
}

// span is a part of a text, in bytes.
type span struct{ start, end int }

func (s span) len() int { return s.end - s.start }

// change is a part of the old text, and what stands in its place in the new one. One of the two may be empty.
type change struct{ old, new span }

// to is the change from the start of one to the end of another.
func (c change) to(last change) change {
	return change{span{c.old.start, last.old.end}, span{c.new.start, last.new.end}}
}

// changes gives what changed, in order. Something was kept between any two changes. Lines are matched first, and then the words between
// them.
func changes(before, after string) []change {
	if before == after {
		return nil
	}
	var found []change
	remains := work
	for _, b := range blocks(before, after) {
		var within []change
		within, remains = match(words(before[b.old.start:b.old.end]), words(after[b.new.start:b.new.end]), remains)
		for _, c := range within {
			c.old.start, c.old.end = c.old.start+b.old.start, c.old.end+b.old.start
			c.new.start, c.new.end = c.new.start+b.new.start, c.new.end+b.new.start
			found = append(found, c)
		}
	}
	found = joined(found, before)
	if remains > 0 && len(found) <= mostChanges {
		return found
	}
	return coarse(found, before)
}

// blocks gives what stands between the lines that are in both texts, each once, and in the same order in both. Other lines, such as empty
// ones, say nothing of which paragraph became which.
func blocks(before, after string) []change {
	old, once := lines(before)
	ours, onceToo := lines(after)
	common := func(all []line) (found []line, texts []string) {
		for _, l := range all {
			if once[l.text] && onceToo[l.text] {
				found, texts = append(found, l), append(texts, l.text)
			}
		}
		return found, texts
	}
	x, textsX := common(old)
	y, textsY := common(ours)
	numbers := map[string]int32{}
	m := newMatcher(numbered(textsX, numbers), numbered(textsY, numbers), work/8)
	m.compare(0, len(x), 0, len(y))
	var all []change
	at := change{}
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case m.goneX[i]:
			i++
		case m.newY[j]:
			j++
		default:
			at.old.end, at.new.end = x[i].start, y[j].start
			all = append(all, at)
			at.old.start, at.new.start = x[i].end, y[j].end
			i, j = i+1, j+1
		}
	}
	at.old.end, at.new.end = len(before), len(after)
	return append(all, at)
}

// line is a line of a text with its place.
type line struct {
	span
	text string
}

// lines cuts a text into lines, and tells which come once.
func lines(text string) (all []line, once map[string]bool) {
	once = map[string]bool{}
	at := 0
	for l := range strings.Lines(text) {
		all = append(all, line{span{at, at + len(l)}, l})
		at += len(l)
		_, again := once[l]
		once[l] = !again
	}
	return all, once
}

// match gives what differs between two texts that are cut into pieces, as places in the texts, and the work that remains.
func match(x, y []string, remains int) ([]change, int) {
	numbers := make(map[string]int32, len(x))
	m := newMatcher(numbered(x, numbers), numbered(y, numbers), remains)
	m.compare(0, len(x), 0, len(y))
	var found []change
	var at change
	for i, j := 0, 0; i < len(x) || j < len(y); {
		if i < len(x) && j < len(y) && !m.goneX[i] && !m.newY[j] {
			at.old.end, at.new.end = at.old.end+len(x[i]), at.new.end+len(y[j])
			i, j = i+1, j+1
			continue
		}
		at.old.start, at.new.start = at.old.end, at.new.end
		for ; i < len(x) && m.goneX[i]; i++ {
			at.old.end += len(x[i])
		}
		for ; j < len(y) && m.newY[j]; j++ {
			at.new.end += len(y[j])
		}
		found = append(found, at)
	}
	return found, m.remains
}

// numbered gives equal pieces equal numbers.
func numbered(pieces []string, numbers map[string]int32) []int32 {
	all := make([]int32, len(pieces))
	for i, p := range pieces {
		n, known := numbers[p]
		if !known {
			n = int32(len(numbers))
			numbers[p] = n
		}
		all[i] = n
	}
	return all
}

// words cuts a text where both a word and a character, as readers see it, end. UAX 29 alone ends a word before a vowel of Thai that
// belongs to the consonant before it.
func words(text string) []string {
	all := make([]string, 0, len(text)/3)
	start, seen, wordState, state := 0, 0, -1, -1
	for rest := text; rest != ""; {
		_, rest, wordState = uniseg.FirstWordInString(rest, wordState)
		end := len(text) - len(rest)
		for seen < end {
			var character string
			character, _, _, state = uniseg.FirstGraphemeClusterInString(text[seen:], state)
			seen += len(character)
		}
		if seen == end {
			all = append(all, text[start:end])
			start = end
		}
	}
	return all
}

// joined makes one change of those that only spaces within a line keep apart: people read "red wine" in place of "white beer" as one.
func joined(found []change, before string) []change {
	var all []change
	for _, c := range found {
		if n := len(all); n > 0 && strings.Trim(before[all[n-1].old.end:c.old.start], " \t\u00a0\u3000") == "" {
			all[n-1] = all[n-1].to(c)
			continue
		}
		all = append(all, c)
	}
	return all
}

// coarse replaces the changes of paragraphs that have too little in common by one change each.
func coarse(found []change, before string) []change {
	var all []change
	for start := 0; start < len(found); {
		end := start + 1
		for end < len(found) && !strings.Contains(before[found[end-1].old.end:found[end].old.start], "\n") {
			end++
		}
		here := found[start:end]
		if whole := paragraph(found, start, end, before); len(here) > mostChanges || different(whole, here) {
			here = []change{whole}
		}
		all = append(all, here...)
		start = end
	}
	return all
}

// paragraph is the change of all that stands between the last line break that was kept before some changes and the first after them.
func paragraph(found []change, start, end int, before string) change {
	from, to := 0, len(before)
	if start > 0 {
		from = found[start-1].old.end
	}
	if end < len(found) {
		to = found[end].old.start
	}
	first, last := found[start], found[end-1]
	head, tail := before[from:first.old.start], before[last.old.end:to]
	lead, trail := len(head)-(strings.LastIndexByte(head, '\n')+1), strings.IndexByte(tail, '\n')
	if trail < 0 {
		trail = len(tail)
	}
	return change{
		span{first.old.start - lead, last.old.end + trail},
		span{first.new.start - lead, last.new.end + trail},
	}
}

// scattered is how many bytes were kept between two changes where that is chance: two words of English, four characters of Chinese.
const scattered = 12

// different tells whether less than half of the longer of two paragraphs was kept, or only scattered words.
func different(whole change, within []change) bool {
	kept := whole.old.len()
	for _, c := range within {
		kept -= c.old.len()
	}
	return 2*kept < max(whole.old.len(), whole.new.len()) || kept < scattered*len(within)
}

// hunks writes out the changes to a part of the old text.
func hunks(part span, made []change, before, after string) []Hunk {
	var all []Hunk
	add := func(op enum.HunkOp, text string) {
		if text != "" {
			all = append(all, Hunk{op, text})
		}
	}
	at := part.start
	for _, c := range made {
		add(enum.HunkOpKeep, before[at:c.old.start])
		add(enum.HunkOpDelete, before[c.old.start:c.old.end])
		add(enum.HunkOpInsert, after[c.new.start:c.new.end])
		at = c.old.end
	}
	add(enum.HunkOpKeep, before[at:part.end])
	return all
}
