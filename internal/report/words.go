package report

import (
	_ "embed" // for the words
	"strings"
	"sync"
)

// Languages are those that reports can be in. Words of templates and of people stay in theirs.
func Languages() []string { return []string{"en", "fr"} }

var (
	//go:embed labels.txt
	labelLines string
	//go:embed codes.txt
	codeLines string
	//go:embed sentences.txt
	sentenceLines string
)

// words are names with what they are in each language.
type words map[string]map[string]string

// readWords reads lines such as: name | English | French.
func readWords(lines string) words {
	all := words{}
	for line := range strings.Lines(lines) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), " | ")
		if len(parts) != 1+len(Languages()) || strings.HasPrefix(line, "#") {
			continue
		}
		in := map[string]string{}
		for i, language := range Languages() {
			in[language] = parts[i+1]
		}
		all[parts[0]] = in
	}
	return all
}

var (
	labels    = sync.OnceValue(func() words { return readWords(labelLines) })
	codeWords = sync.OnceValue(func() words { return readWords(codeLines) })
	sentences = sync.OnceValue(func() words { return readWords(sentenceLines) })
)

// in is a name in a language, English unless there are words in another; the name itself if nothing knows it.
func (w words) in(language, name string) string {
	known := w[name]
	if text, ok := known[language]; ok {
		return text
	}
	if text, ok := known["en"]; ok {
		return text
	}
	return name
}

// label is what people call a field.
func label(language, name string) string { return labels().in(language, name) }

// say is a sentence or a small word.
func say(language, name string) string { return sentences().in(language, name) }

// colon stands between a label and what it labels: the French put a space before it.
func colon(language string) string {
	if language == "fr" {
		return "\u00a0:"
	}
	return ":"
}

// word is how people read a word of a list; one that is newer than this program stays as it is.
func word(language, list, value string) string {
	if known, ok := codeWords()[list+"."+value]; ok {
		if text, ok := known[language]; ok {
			return text
		}
		return known["en"]
	}
	return value
}
