package seed

import "strings"

// vocabulary is plain English with a few characters outside ASCII and a few that JSON must escape, as in participants'
// texts.
var vocabulary = strings.Fields(`the a of to and in for that with on by is are be not or from at as it this customers firm
	notice price personal data consent profile offer bank insurer patient guests loyalty tracking children complaint refund
	fair clear plain before after every should must may could ask show explain store delete share sell recommend score decide
	review appeal person machine model store branch call chat letter café naïve “quoted” über €5 "plainly" week month once
	always never because although while until under over between evidence study report harm benefit cost choice trust privacy
	dignity access language disability older people families workers regulator authority guideline practice experiment`)

// words returns about n bytes of text in sentences.
func (f *filler) words(n int) string {
	var b strings.Builder
	b.Grow(n + 16)
	start := true
	for b.Len() < n {
		w := vocabulary[f.rnd.IntN(len(vocabulary))]
		if start && w[0] >= 'a' && w[0] <= 'z' {
			b.WriteByte(w[0] - 'a' + 'A')
			w = w[1:]
		}
		b.WriteString(w)
		start = f.rnd.IntN(12) == 0
		switch {
		case b.Len() >= n:
		case start:
			b.WriteString(". ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}
