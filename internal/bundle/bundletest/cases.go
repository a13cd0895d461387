package bundletest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// Case is a bundle with what a verifier must say about it: every verifier whether it is good, and this program's also which
// act is at fault and in which words.
type Case struct {
	Name   string
	Bundle []byte
	Keys   []string // trusted
	Saved  string   // the checkpoint that the reader saved
	Seq    int64
	Want   string // part of the finding; empty when the bundle is good
	Some   bool   // good, but not all of it can be checked
}

const origin = "example.com/log"

// Story is a log with every act that a log can have about itself: an erasure, a new key, a retired key.
type Story struct {
	*Log
	Early  []byte // a checkpoint of size 4, signed by the first key
	Both   []byte // a checkpoint of size 10, signed by both keys
	First  string
	Second string
}

// NewStory makes the log with the story.
func NewStory(t testing.TB) *Story {
	t.Helper()
	s := &Story{Log: New(t, origin)}
	s.First = s.Keys[0]
	s.Add("stakeholder.registered", uuid.Nil, typeid.New("stakeholder", ID('s', 1)), `{"kind":"FIRM"}`)
	s.Fill(4)
	s.Early = s.Checkpoint(4)
	s.Fill(5)
	s.Erase(Member(2)) // seq 2 and 5
	s.Comment(Member(1))
	s.Second = s.Sign(2)
	s.Announce(bundle.KeyAdded, s.Second) // seq 8
	s.Comment(Member(3))
	s.Comment(Member(1))
	s.Both = s.Checkpoint(10)
	s.Announce(bundle.KeyRetired, s.First) // seq 11
	s.Stop()
	s.Comment(Member(3))
	s.Comment(Member(1))
	return s
}

// Whole is the complete bundle of the story.
func (s *Story) Whole() []byte {
	return s.Bundle(true, [][]byte{s.Early, s.Both, s.Checkpoint(s.Size())}, nil, s.Acts)
}

// Part is a bundle of some acts of the story with their proofs: among them an opened one, an erased one, one with its header
// only and one with its entry only.
func (s *Story) Part() []byte {
	s.t.Helper()
	acts := s.proved(1, 2, 7, 11, 13)
	acts[2].Salt, acts[2].Payload, acts[2].Member = nil, nil, uuid.Nil
	acts[4] = bundle.Act{Seq: 13, Entry: acts[4].Entry, Proof: acts[4].Proof}
	return s.Bundle(false, [][]byte{s.Both, s.Checkpoint(s.Size())}, []int64{10}, acts)
}

func (l *Log) proved(seqs ...int64) []bundle.Act {
	l.t.Helper()
	acts := make([]bundle.Act, len(seqs))
	for i, seq := range seqs {
		acts[i] = l.Acts[seq-1]
		p, err := tlog.ProveRecord(l.Size(), seq-1, l)
		if err != nil {
			l.t.Fatal(err)
		}
		acts[i].Proof = p
	}
	return acts
}

// edit changes the first line that contains a text.
func edit(b []byte, line, old, changed string) []byte {
	lines := Lines(b)
	for i, l := range lines {
		if strings.Contains(l, line) && strings.Contains(l, old) {
			lines[i] = strings.Replace(l, old, changed, 1)
			return Join(lines)
		}
	}
	panic(fmt.Sprintf("no line has %s and %s", line, old))
}

// flip changes the first digit after a text.
func flip(b []byte, line, after string) []byte {
	for _, l := range Lines(b) {
		if _, rest, ok := strings.Cut(l, after); ok && strings.Contains(l, line) {
			digit := "0"
			if rest[:1] == "0" {
				digit = "1"
			}
			return edit(b, line, after+rest[:1], after+digit)
		}
	}
	panic(fmt.Sprintf("no line has %s and %s", line, after))
}

func lines(b []byte, change func(l []string) []string) []byte { return Join(change(Lines(b))) }

func index(l []string, with string) int {
	return slices.IndexFunc(l, func(s string) bool { return strings.Contains(s, with) })
}

func remove(b []byte, with string) []byte {
	return lines(b, func(l []string) []string { i := index(l, with); return slices.Delete(l, i, i+1) })
}

func seq(n int) string { return fmt.Sprintf(`"seq":%d,`, n) }

// Cases is the table of good and tampered bundles.
func Cases(t testing.TB) []Case {
	t.Helper()
	cases := slices.Concat(storyCases(t), savedCases(t), erasureCases(t), keyCases(t), reopenCases(t), jsonCases(t))
	names := map[string]bool{}
	for _, c := range cases {
		if names[c.Name] {
			t.Fatalf("two cases are %q", c.Name)
		}
		names[c.Name] = true
	}
	return cases
}

func storyCases(t testing.TB) []Case {
	s := NewStory(t)
	whole, part, keys := s.Whole(), s.Part(), []string{s.First, s.Second}
	_, other := Key(origin, 9)
	_, misnamed := Key("example.org/log", 2)
	forger := New(t, origin)
	forger.signers, forger.Keys = nil, nil
	forger.Sign(9)
	forger.Acts, forger.hashes = s.Acts, s.hashes
	unsigned := lines(whole, func(l []string) []string {
		i := index(l, `\n13\n`)
		head, _, _ := strings.Cut(l[i], `\n\n`)
		l[i] = head + `\n\n"}`
		return l
	})
	resealed := *s.Log // an entry and its header changed together
	resealed.Acts = slices.Clone(s.Acts)
	h := *resealed.Acts[8].Header
	h.Revision = 9
	resealed.Acts[8].Header, resealed.Acts[8].Entry = &h, h.Entry()
	twice := New(t, origin)
	twice.Fill(3)
	again := bundle.Act{Seq: 4, Salt: twice.Acts[1].Salt, Payload: twice.Acts[1].Payload, Member: twice.Acts[1].Member, Header: twice.Acts[1].Header}
	twice.append(again)
	return []Case{
		{Name: "a complete bundle", Bundle: whole, Keys: keys},
		{Name: "a complete bundle without a newline at the end", Bundle: bytes.TrimSuffix(whole, []byte("\n")), Keys: keys},
		{Name: "a bundle of some acts", Bundle: part, Keys: keys},
		{Name: "an empty log", Bundle: New(t, origin).Complete(), Keys: []string{s.First}},
		{Name: "a log of one act, by its proof", Bundle: one(t).Some(true, nil, 1), Keys: []string{s.First}},
		{Name: "no act at all, by checkpoint alone", Bundle: s.Bundle(false, [][]byte{s.Checkpoint(13)}, nil, nil), Keys: keys},
		{Name: "acts shown by their entry only", Bundle: hide(s.Log, 1, 7, 13), Keys: keys},

		{Name: "the entry of an act was edited", Bundle: flip(whole, seq(3), `"entry":"`), Keys: keys, Seq: 3, Want: "its header does not match its entry"},
		{Name: "the payload was edited", Bundle: edit(whole, seq(3), "line", "lime"), Keys: keys, Seq: 3, Want: "its payload does not match its commitment"},
		{Name: "a space in the payload", Bundle: edit(whole, seq(3), `\"text\":`, `\"text\": `), Keys: keys, Seq: 3, Want: "its payload does not match its commitment"},
		{Name: "the salt was edited", Bundle: flip(whole, seq(3), `"salt":"`), Keys: keys, Seq: 3, Want: "its payload does not match its commitment"},
		{Name: "another member", Bundle: edit(whole, seq(3), `"member":"member_01kae44000e1pr000000000003"`, `"member":"member_01kae44000e1pr000000000001"`), Keys: keys, Seq: 3, Want: "its member does not match its commitment"},
		{Name: "a member where none acted", Bundle: edit(whole, seq(1), `"payload"`, `"member":"member_01kae44000e1pr000000000001","payload"`), Keys: keys, Seq: 1, Want: "its member does not match its commitment"},
		{Name: "the time of an act", Bundle: edit(whole, seq(4), "2026-11-22", "2026-11-21"), Keys: keys, Seq: 4, Want: "its header does not match its entry"},
		{Name: "the type of an act", Bundle: edit(whole, seq(4), "comment.opened", "comment.closed"), Keys: keys, Seq: 4, Want: "its header does not match its entry"},
		{Name: "the audience of an act", Bundle: edit(whole, seq(4), "SUBJECT", "ACTOR"), Keys: keys, Seq: 4, Want: "its header does not match its entry"},
		{Name: "the subject of an act", Bundle: edit(whole, seq(4), `"subject":"comment`, `"subject":"proposal`), Keys: keys, Seq: 4, Want: "its header does not match its entry"},
		{Name: "the dialogue taken away", Bundle: edit(whole, seq(4), `"dialogue":"dialogue_01kae44000e1j8000000000001",`, ``), Keys: keys, Seq: 4, Want: "its header does not match its entry"},
		{Name: "the member's commitment", Bundle: flip(whole, seq(4), `"member":"`), Keys: keys, Seq: 4, Want: "its header does not match its entry"},
		{Name: "an act was taken out", Bundle: remove(whole, seq(7)), Keys: keys, Seq: 7, Want: "it is missing"},
		{Name: "the last act was taken out", Bundle: remove(whole, seq(13)), Keys: keys, Seq: 13, Want: "it is missing"},
		{Name: "an act comes twice", Bundle: lines(whole, func(l []string) []string { i := index(l, seq(7)); return slices.Insert(l, i, l[i]) }), Keys: keys, Seq: 7, Want: "it is repeated"},
		{Name: "two acts were swapped", Bundle: lines(whole, func(l []string) []string {
			i := index(l, seq(3))
			l[i], l[i+1] = l[i+1], l[i]
			return l
		}), Keys: keys, Seq: 3, Want: "it is missing"},
		{Name: "two acts took each other's place", Bundle: lines(whole, func(l []string) []string {
			i := index(l, seq(3))
			l[i], l[i+1] = strings.Replace(l[i+1], seq(4), seq(3), 1), strings.Replace(l[i], seq(3), seq(4), 1)
			return l
		}), Keys: keys, Want: "acts 1 to 4 are not what the log signed"},
		{Name: "an act beyond the log", Bundle: edit(part, seq(13), seq(13), seq(14)), Keys: keys, Seq: 14, Want: "it is not in the log of size 13"},
		{Name: "an act was changed and sealed again", Bundle: resealed.Bundle(true, [][]byte{s.Early, s.Both, s.Checkpoint(13)}, nil, resealed.Acts), Keys: keys, Want: "acts 5 to 10 are not what the log signed"},
		{Name: "an act was changed and sealed again, between two checkpoints", Bundle: resealed.Bundle(true, [][]byte{s.Checkpoint(8), s.Checkpoint(9), s.Checkpoint(13)}, nil, resealed.Acts), Keys: keys, Seq: 9, Want: "it is not what the log signed"},
		{Name: "an act without its opening", Bundle: edit(whole, seq(12), `"salt":"`+fmt.Sprintf("%x", s.Acts[11].Salt)+`",`, ``), Keys: keys, Seq: 12, Want: "it has only one of salt and payload"},
		{Name: "two acts have one id", Bundle: twice.Complete(), Keys: []string{s.First}, Seq: 4, Want: "it has the id of seq 2"},
		{Name: "an act is opened without its header", Bundle: headless(s), Keys: keys, Seq: 1, Want: "without its header"},

		{Name: "a proof was edited", Bundle: edit(part, seq(7), `"proof":["`+s.proved(7)[0].Proof[0].String(), `"proof":["`+s.proved(7)[0].Proof[1].String()), Keys: keys, Seq: 7, Want: "its proof does not lead"},
		{Name: "a hash was taken out of a proof", Bundle: edit(part, seq(7), `"proof":["`+s.proved(7)[0].Proof[0].String()+`",`, `"proof":[`), Keys: keys, Seq: 7, Want: "its proof does not lead"},
		{Name: "an act at another place", Bundle: edit(part, seq(7), seq(7), seq(8)), Keys: keys, Seq: 8, Want: "its proof does not lead"},
		{Name: "an entry of which nothing is shown was edited", Bundle: flip(part, seq(13), `"entry":"`), Keys: keys, Seq: 13, Want: "its proof does not lead"},
		{Name: "acts with proofs out of order", Bundle: lines(part, func(l []string) []string {
			i := index(l, seq(7))
			l[i], l[i+1] = l[i+1], l[i]
			return l
		}), Keys: keys, Seq: 7, Want: "it is repeated or out of order"},
		{Name: "some acts pass for all", Bundle: edit(part, `"bundle"`, `"complete":false`, `"complete":true`), Keys: keys, Seq: 1, Want: `has an unknown member "proof"`},
		{Name: "all acts pass for some", Bundle: edit(whole, `"bundle"`, `"complete":true`, `"complete":false`), Keys: keys, Seq: 1, Want: "has no proof"},
		{Name: "a consistency proof was edited", Bundle: edit(part, `"consistency"`, `"hashes":["`, `"hashes":["`+s.Root(4).String()+`","`), Keys: keys, Want: "line 4 does not prove that the log at size 10 is part of the log at size 13"},
		{Name: "a consistency proof was taken out", Bundle: remove(part, `"consistency"`), Keys: keys, Want: "nothing proves that the log at size 10 (line 2) is part of this one"},
		{Name: "a consistency proof of sizes nobody signed", Bundle: s.Bundle(false, [][]byte{s.Checkpoint(13)}, []int64{7}, nil), Keys: keys, Some: true},

		{Name: "the end was cut off", Bundle: []byte(strings.Join(Lines(whole)[:9], "\n") + "\n"), Keys: keys, Want: "the file is truncated"},
		{Name: "the last line was cut off", Bundle: bytes.TrimSuffix(whole, []byte("{\"kind\":\"end\",\"lines\":18}\n")), Keys: keys, Want: "the file is truncated"},
		{Name: "half of the last line was cut off", Bundle: bytes.TrimSuffix(whole, []byte("8}\n")), Keys: keys, Want: "line 18 is not JSON"},
		{Name: "the last line counts others", Bundle: bytes.Replace(whole, []byte(`"lines":18}`), []byte(`"lines":17}`), 1), Keys: keys, Want: "says that the bundle has 17 lines, but it has 18"},
		{Name: "something comes after the end", Bundle: append(bytes.Clone(whole), "{\"kind\":\"end\",\"lines\":19}\n"...), Keys: keys, Want: "line 19 comes after the last line"},
		{Name: "a checkpoint comes after acts", Bundle: lines(whole, func(l []string) []string { return slices.Insert(l, 7, l[1]) }), Keys: keys, Want: "line 8 of kind checkpoint is out of order"},
		{Name: "checkpoints that shrink", Bundle: lines(whole, func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }), Keys: keys, Want: "holds a checkpoint of size 4 after one of size 10"},
		{Name: "no checkpoint", Bundle: lines(whole, func(l []string) []string { return slices.Delete(l, 1, 4) }), Keys: keys, Want: "line 2 comes before any checkpoint"},
		{Name: "the last checkpoint is an older one", Bundle: lines(whole, func(l []string) []string { return slices.Delete(l, 3, 4) }), Keys: keys, Seq: 11, Want: "it is not in the log of size 10"},
		{Name: "a bundle within a bundle", Bundle: lines(whole, func(l []string) []string { return slices.Insert(l, 1, l[0]) }), Keys: keys, Want: "line 2 of kind bundle is out of order"},

		{Name: "the size in a checkpoint", Bundle: edit(whole, `\n13\n`, `\n13\n`, `\n12\n`), Keys: keys, Want: "has an invalid signature of key example.com/log+" + s.Second[len(origin)+1:len(origin)+9]},
		{Name: "the root in a checkpoint", Bundle: edit(whole, `\n13\n`, s.Root(13).String(), s.Root(12).String()), Keys: keys, Want: "has an invalid signature of key"},
		{Name: "the signature of a checkpoint", Bundle: flipSignature(whole), Keys: keys, Want: "line 4 holds a checkpoint that"},
		{Name: "an unsigned checkpoint", Bundle: unsigned, Keys: keys, Want: "line 4 holds a checkpoint that is not a signed note"},
		{Name: "a key that nobody trusts", Bundle: forger.Complete(), Keys: keys, Want: "line 2 holds a checkpoint that is not signed by a key you trust for example.com/log"},
		{Name: "another key than that of the log", Bundle: whole, Keys: []string{other}, Want: "line 2 holds a checkpoint that is not signed by a key you trust"},
		{Name: "only the last key is trusted", Bundle: whole, Keys: []string{s.Second}, Want: "line 2 holds a checkpoint that is not signed by a key you trust"},
		{Name: "the bundle names another key", Bundle: edit(whole, `"bundle"`, s.Second, other), Keys: keys, Want: "line 1 does not name the key"},
		{Name: "the bundle names another origin", Bundle: edit(whole, `"bundle"`, `"origin":"example.com/log"`, `"origin":"example.com/lag"`), Keys: keys, Want: "the bundle is of example.com/lag"},
		{Name: "a key of another name", Bundle: whole, Keys: []string{s.First, misnamed}, Want: "line 4 holds a checkpoint that is not signed by a key you trust"},
	}
}

func one(t testing.TB) *Log {
	l := New(t, origin)
	l.Fill(1)
	return l
}

// hide is a complete bundle in which some acts are shown by their entry only.
func hide(l *Log, seqs ...int64) []byte {
	acts := slices.Clone(l.Acts)
	for _, seq := range seqs {
		acts[seq-1] = bundle.Act{Seq: seq, Entry: acts[seq-1].Entry, Erased: acts[seq-1].Erased}
	}
	return l.Bundle(true, [][]byte{l.Checkpoint(l.Size())}, nil, acts)
}

func headless(s *Story) []byte {
	acts := slices.Clone(s.Acts)
	acts[0].Header = nil
	return s.Bundle(true, [][]byte{s.Checkpoint(13)}, nil, acts)
}

func flipSignature(b []byte) []byte {
	return lines(b, func(l []string) []string {
		i := index(l, `\n13\n`)
		at := strings.LastIndex(l[i], `\n`) - 12
		c := byte('A')
		if l[i][at] == c {
			c = 'B'
		}
		l[i] = l[i][:at] + string(c) + l[i][at+1:]
		return l
	})
}

// savedCases are for readers who saved a checkpoint.
func savedCases(t testing.TB) []Case {
	s := NewStory(t)
	keys := []string{s.First, s.Second}
	forked := New(t, origin) // the same acts except the third
	forked.Fill(2)
	forked.Comment(Member(9))
	forked.Fill(13)
	forkedAt := func(size int64) string {
		return fmt.Sprintf("the log was forked: at size %d its root was %s, but you saved %s", size, s.Root(size), forked.Root(size))
	}
	whole := s.Whole()
	short := New(t, origin)
	short.Fill(4)
	elsewhere := New(t, "example.com/elsewhere")
	elsewhere.Fill(4)
	all := append(slices.Clone(keys), elsewhere.Keys...)
	from4 := s.Bundle(false, [][]byte{s.Checkpoint(13)}, []int64{4}, s.proved(7))
	return []Case{
		{Name: "saved: an earlier checkpoint", Bundle: whole, Keys: keys, Saved: string(s.Early)},
		{Name: "saved: the last one", Bundle: whole, Keys: keys, Saved: string(s.Checkpoint(13))},
		{Name: "saved: the empty log", Bundle: whole, Keys: keys, Saved: string(New(t, origin).Checkpoint(0))},
		{Name: "saved: with a consistency proof", Bundle: from4, Keys: keys, Saved: string(s.Early)},
		{Name: "saved: one of the bundle's own", Bundle: s.Part(), Keys: keys, Saved: string(s.Both)},
		{Name: "saved: without a consistency proof", Bundle: s.Part(), Keys: keys, Saved: string(s.Early), Want: "nothing proves that the log you saved at size 4 is part of this one"},
		{Name: "saved: the proof that the server made, and nothing saved", Bundle: from4, Keys: keys, Some: true},
		{Name: "forked after what was saved is no fork", Bundle: whole, Keys: keys, Saved: string(forked.Checkpoint(0))},
		{Name: "forked: a complete bundle", Bundle: whole, Keys: keys, Saved: string(forked.Checkpoint(7)), Want: forkedAt(7)},
		{Name: "forked: at the last size", Bundle: whole, Keys: keys, Saved: string(forked.Checkpoint(13)), Want: forkedAt(13)},
		{Name: "forked: some acts, at the last size", Bundle: s.Part(), Keys: keys, Saved: string(forked.Checkpoint(13)), Want: forkedAt(13)},
		{Name: "forked: some acts, at the size of a checkpoint", Bundle: s.Part(), Keys: keys, Saved: string(forked.Checkpoint(10)), Want: forkedAt(10)},
		{Name: "forked: a consistency proof", Bundle: from4, Keys: keys, Saved: string(forked.Checkpoint(4)), Want: "does not prove that the log at size 4 is part of the log at size 13"},
		{Name: "forked: two checkpoints of one size in the bundle", Bundle: s.Bundle(true, [][]byte{s.Checkpoint(13), forked.Checkpoint(13)}, nil, s.Acts), Keys: keys, Want: "shows that the log was forked: at size 13"},
		{Name: "forked: an earlier checkpoint in the bundle", Bundle: s.Bundle(true, [][]byte{forked.Checkpoint(7), s.Checkpoint(13)}, nil, s.Acts), Keys: keys, Want: "the log was forked: at size 7 its root was " + s.Root(7).String() + ", but line 2 says"},
		{Name: "truncated", Bundle: short.Complete(), Keys: keys, Saved: string(forked.Checkpoint(9)), Want: "the log has 4 acts, fewer than the 9 you saved"},
		{Name: "truncated: some acts", Bundle: short.Some(true, nil, 2), Keys: keys, Saved: string(forked.Checkpoint(9)), Want: "the log has 4 acts, fewer than the 9 you saved"},
		{Name: "saved: of another log", Bundle: whole, Keys: all, Saved: string(elsewhere.Checkpoint(4)), Want: "you saved a checkpoint of example.com/elsewhere, but this bundle is of example.com/log"},
		{Name: "saved: signed by nobody who is trusted", Bundle: whole, Keys: keys, Saved: string(elsewhere.Checkpoint(4)), Want: "the checkpoint you saved is not signed by a key you trust"},
		{Name: "saved: edited", Bundle: whole, Keys: keys, Saved: strings.Replace(string(s.Early), "\n4\n", "\n3\n", 1), Want: "the checkpoint you saved has an invalid signature"},
	}
}

func erasureCases(t testing.TB) []Case {
	s := NewStory(t)
	keys := []string{s.First, s.Second}
	// pretend marks an act as erased that no erasure covers.
	pretend := func(seq int64, who uuid.UUID) []byte {
		acts := slices.Clone(s.Acts)
		a := &acts[seq-1]
		a.Salt, a.Payload, a.Member, a.Erased = nil, nil, uuid.Nil, who
		return s.Bundle(true, [][]byte{s.Checkpoint(13)}, nil, acts)
	}
	again := New(t, origin)
	again.Fill(6)
	again.Erase(Member(1))
	again.Comment(Member(1)) // it was still queued
	again.Erase(Member(1))
	moved := New(t, origin)
	moved.Fill(6)
	moved.Erase(Member(1)) // seq 1 and 4
	other := slices.Clone(moved.Acts)
	other[0] = s.Acts[0]
	shift := slices.Clone(moved.Acts) // another act of the same number
	{
		was := New(t, origin)
		was.Fill(6)
		shift[3] = was.Acts[3]
		shift[4].Salt, shift[4].Payload, shift[4].Member, shift[4].Erased = nil, nil, uuid.Nil, Member(1)
	}
	late := New(t, origin)
	late.Fill(3)
	late.Erase(Member(1))
	late.Comment(Member(1))
	lateActs := slices.Clone(late.Acts)
	lateActs[4].Salt, lateActs[4].Payload, lateActs[4].Member, lateActs[4].Erased = nil, nil, uuid.Nil, Member(1)
	odd := New(t, origin)
	odd.Fill(2)
	odd.Add(bundle.PersonErased, uuid.Nil, typeid.New("member", Member(1)), `{"acts":1}`)
	unmarked := edit(s.Whole(), seq(2), `,"erased":"member_01kae44000e1pr000000000002"`, ``)
	return []Case{
		{Name: "erasure: twice, because an act was still queued", Bundle: again.Complete(), Keys: keys},
		{Name: "erasure: acts shown by their entry are marked", Bundle: hide(s.Log, 2), Keys: keys},
		{Name: "erasure: the act that accounts for it is not shown", Bundle: hide(s.Log, 6), Keys: keys, Some: true},
		{Name: "erasure: an act is not marked", Bundle: unmarked, Keys: keys, Seq: 2, Want: "it is not opened, but no erasure accounts for that"},
		{Name: "erasure: a false one of somebody who was erased", Bundle: pretend(4, Member(2)), Keys: keys, Seq: 6, Want: "it says that 2 acts of member_01kae44000e1pr000000000002 were erased, but the bundle shows 3 before it"},
		{Name: "erasure: a false one after it", Bundle: pretend(7, Member(2)), Keys: keys, Seq: 7, Want: "no act after it accounts for an erasure of member_01kae44000e1pr000000000002"},
		{Name: "erasure: a false one of somebody who was not erased", Bundle: pretend(4, Member(3)), Keys: keys, Seq: 4, Want: "no act after it accounts for an erasure"},
		{Name: "erasure: of an act of no member", Bundle: pretend(1, Member(2)), Keys: keys, Seq: 1, Want: "it is marked as erased, but it is not a member's act"},
		{Name: "erasure: another act of the same number", Bundle: moved.Bundle(true, [][]byte{moved.Checkpoint(7)}, nil, shift), Keys: keys, Seq: 7, Want: "are not those it counted"},
		{Name: "erasure: an act that came after it", Bundle: late.Bundle(true, [][]byte{late.Checkpoint(5)}, nil, lateActs), Keys: keys, Seq: 5, Want: "no act after it accounts for an erasure"},
		{Name: "erasure: an erased act is opened", Bundle: edit(s.Whole(), seq(3), `,"payload"`, `,"erased":"member_01kae44000e1pr000000000003","payload"`), Keys: keys, Seq: 3, Want: "it is marked as erased, but it is opened"},
		{Name: "erasure: an act that does not say what was erased", Bundle: odd.Complete(), Keys: keys, Seq: 3, Want: "its payload as an act person.erased has no digest"},
	}
}

func keyCases(t testing.TB) []Case {
	make := func(steps func(l *Log) [][]byte) ([]byte, []string) {
		l := New(t, origin)
		l.Fill(2)
		checkpoints := steps(l)
		_, one := Key(origin, 1)
		_, two := Key(origin, 2)
		return l.Bundle(true, append(checkpoints, l.Checkpoint(l.Size())), nil, l.Acts), []string{one, two}
	}
	silent, keys := make(func(l *Log) [][]byte {
		first := l.Checkpoint(2)
		l.Sign(2)
		l.Stop()
		l.Fill(4)
		return [][]byte{first}
	})
	early, _ := make(func(l *Log) [][]byte {
		vkey := l.Sign(2)
		l.Stop()
		first := l.Checkpoint(2)
		l.Announce(bundle.KeyAdded, vkey)
		return [][]byte{first}
	})
	retired, _ := make(func(l *Log) [][]byte {
		vkey := l.Keys[0]
		l.Announce(bundle.KeyRetired, vkey)
		return nil
	})
	back, _ := make(func(l *Log) [][]byte {
		was := *l
		two := l.Sign(2)
		l.Announce(bundle.KeyAdded, two)
		l.Announce(bundle.KeyRetired, l.Keys[0])
		l.Stop()
		first := l.Checkpoint(4)
		l.Fill(6)
		l.signers, l.Keys = was.signers, was.Keys // a thief of the old key
		return [][]byte{first}
	})
	odd, _ := make(func(l *Log) [][]byte { l.Announce(bundle.KeyAdded, "no key"); return nil })
	return []Case{
		{Name: "keys: one that no act announced", Bundle: silent, Keys: keys, Want: "signed only by the key " + keys[1] + ", which no act log.key_added announced"},
		{Name: "keys: one that signs before it is announced", Bundle: early, Keys: keys, Want: "which only seq 3 announced"},
		{Name: "keys: one that signs after it was retired", Bundle: retired, Keys: keys, Want: "which seq 3 retired"},
		{Name: "keys: an old one that was stolen", Bundle: back, Keys: keys, Want: "which seq 4 retired"},
		{Name: "keys: an announcement of an invalid key", Bundle: odd, Keys: keys, Seq: 3, Want: "is not a verifier key"},
	}
}

func reopenCases(t testing.TB) []Case {
	const next = origin + "/2"
	_, one := Key(origin, 1)
	_, two := Key(next, 1)
	_, three := Key(origin+"/3", 1)
	keys := []string{one, two, three}
	reopen := func(before, known int64) (now, old *Log) {
		now = New(t, origin)
		now.Fill(before)
		old = now.Reopen(6, known)
		now.Fill(10)
		return now, old
	}
	clean, was := reopen(6, 6)
	older, _ := reopen(6, 4)
	lossy, lost := reopen(9, 8)
	thrice, _ := reopen(6, 6)
	thrice.Reopen(8, 8)
	thrice.Fill(11)
	silent := New(t, next)
	silent.Fill(6)
	lie, _ := reopen(6, 6)
	lie.Acts, lie.hashes = lie.Acts[:6], lie.hashes[:tlog.StoredHashCount(6)]
	lie.Add(bundle.Reopened, uuid.Nil, typeid.ID{}, fmt.Sprintf(`{"origin":%q,"size":6,"root":%q}`, origin, lie.Root(5).String()))
	foreign := New(t, next)
	foreign.Add(bundle.Reopened, uuid.Nil, typeid.ID{}, fmt.Sprintf(`{"origin":"example.org/log","size":0,"root":%q}`, foreign.Root(0).String()))
	cut := *clean // the new origin signs a checkpoint from before its reopening
	// As a server does: after log.reopened it announces the key of the new name and retires that of the old one.
	changing := func(lost int64, rotated bool) (now, old *Log, before []byte) {
		now = New(t, origin)
		if !rotated { // else the first checkpoint makes it the first key
			now.Announce(bundle.KeyAdded, one)
		}
		now.Fill(6)
		before = now.Checkpoint(6)
		if rotated { // the acts that are lost announce another key, which signs alone
			now.Sign(2)
			now.Announce(bundle.KeyAdded, now.Keys[1])
			now.Announce(bundle.KeyRetired, one)
			now.Stop()
		}
		now.Fill(6 + lost)
		old = now.Reopen(6, 6+lost)
		now.Announce(bundle.KeyAdded, two)
		now.Announce(bundle.KeyRetired, one)
		now.Fill(20)
		return now, old, before
	}
	var changed []Case
	for lost := int64(1); lost <= 6; lost++ {
		now, old, _ := changing(lost, false)
		changed = append(changed, Case{Name: fmt.Sprintf("reopened: %d acts were lost, and the old key was retired", lost), Bundle: now.Complete(), Keys: keys, Saved: string(old.Checkpoint(6 + lost)), Some: true})
	}
	rotated, turned, before := changing(5, true)
	_, other := Key(origin, 2)
	early := New(t, origin) // its key was retired before the acts that are lost
	early.Announce(bundle.KeyAdded, one)
	early.Sign(2)
	early.Announce(bundle.KeyAdded, other)
	early.Announce(bundle.KeyRetired, one)
	early.Fill(9)
	stale := early.Reopen(6, 9)
	early.Fill(10)
	return append(changed, []Case{
		{Name: "reopened: the lost acts changed the key", Bundle: rotated.Bundle(true, [][]byte{before, rotated.Checkpoint(20)}, nil, rotated.Acts), Keys: append([]string{other}, keys...), Saved: string(turned.Checkpoint(11)), Some: true},
		{Name: "reopened: a key that was retired before the lost acts", Bundle: early.Complete(), Keys: keys, Saved: string(onlyFirst(stale).Checkpoint(9)), Want: "which seq 3 retired"},
		{Name: "reopened: nothing was lost", Bundle: clean.Complete(), Keys: keys, Saved: string(was.Checkpoint(5))},
		{Name: "reopened: after an older checkpoint", Bundle: older.Complete(), Keys: keys},
		{Name: "reopened: an old checkpoint is in the bundle", Bundle: clean.Bundle(true, [][]byte{was.Checkpoint(6), clean.Checkpoint(10)}, nil, clean.Acts), Keys: keys},
		{Name: "reopened: some acts, with what was saved", Bundle: clean.Some(false, []int64{5}, 7), Keys: keys, Saved: string(was.Checkpoint(5))},
		{Name: "reopened: some acts, and the reopening is not shown", Bundle: clean.Some(false, []int64{5}, 8), Keys: keys, Saved: string(was.Checkpoint(5)), Some: true},
		{Name: "reopened: twice", Bundle: thrice.Complete(), Keys: keys, Saved: string(was.Checkpoint(5))},
		{Name: "reopened: acts were lost", Bundle: lossy.Complete(), Keys: keys, Saved: string(lost.Checkpoint(6))},
		{Name: "reopened: acts were lost that the reader saved", Bundle: lossy.Complete(), Keys: keys, Saved: string(lost.Checkpoint(8)), Some: true},
		{Name: "reopened: acts were lost before the last that was known", Bundle: lossy.Complete(), Keys: keys, Saved: string(lost.Checkpoint(7)), Some: true},
		{Name: "reopened: the log knew less than the reader saved", Bundle: lossy.Complete(), Keys: keys, Saved: string(lost.Checkpoint(9)), Seq: 7, Want: "it names size 8 as the last known of example.com/log, but you saved size 9"},
		{Name: "reopened: the reader saved another branch", Bundle: lossy.Complete(), Keys: keys, Saved: string(branch(t).Checkpoint(8)), Seq: 7, Want: "the log was forked: it names the root"},
		{Name: "reopened: the reader saved another branch of what was kept", Bundle: lossy.Complete(), Keys: keys, Saved: string(branch(t).Checkpoint(6)), Want: "the log was forked: at size 6"},
		{Name: "reopened: without an act that says so", Bundle: silent.Complete(), Keys: keys, Want: "the log is example.com/log/2, but no act log.reopened says what it follows"},
		{Name: "reopened: with a wrong root", Bundle: lie.Complete(), Keys: keys, Seq: 7, Want: "it names the root"},
		{Name: "reopened: another log", Bundle: foreign.Complete(), Keys: keys, Seq: 1, Want: "it reopens example.org/log, which does not come before example.com/log/2"},
		{Name: "reopened: the new origin signed before it opened", Bundle: cut.Complete(6), Keys: keys, Seq: 7, Want: "it opened example.com/log/2, but line 2 holds a checkpoint of that origin at size 6"},
		{Name: "reopened: the old origin signed after it ended", Bundle: clean.Bundle(true, [][]byte{signedAs(clean, origin, 8), clean.Checkpoint(10)}, nil, clean.Acts), Keys: keys, Seq: 7, Want: "it ended example.com/log, but line 2 holds a checkpoint of that origin at size 8"},
		{Name: "reopened: the reader is ahead", Bundle: was.Complete(), Keys: keys, Saved: string(clean.Checkpoint(10)), Want: "you saved a checkpoint of example.com/log/2, but this bundle is of the earlier example.com/log"},
	}...)
}

// onlyFirst is a log that only its oldest key signs.
func onlyFirst(l *Log) *Log {
	c := *l
	c.signers, c.Keys = l.signers[:1], l.Keys[:1]
	return &c
}

func branch(t testing.TB) *Log {
	l := New(t, origin)
	l.Fill(2)
	l.Comment(Member(9))
	l.Fill(9)
	return l
}

func signedAs(l *Log, origin string, size int64) []byte {
	as := New(l.t, origin)
	as.Acts, as.hashes = l.Acts, l.hashes
	return as.Checkpoint(size)
}

// jsonCases are what two parsers could read differently.
func jsonCases(t testing.TB) []Case {
	s := NewStory(t)
	whole, part, keys := s.Whole(), s.Part(), []string{s.First, s.Second}
	odd := func(payload string) []byte {
		l := New(t, origin)
		l.Fill(1)
		l.Add("comment.opened", uuid.Nil, typeid.ID{}, payload)
		return l.Complete()
	}
	return []Case{
		{Name: "json: spaces do not matter", Bundle: edit(whole, seq(3), `"kind":"act",`, "\t\"kind\" : \"act\" ,  "), Keys: keys},
		{Name: "json: nor does the order of members", Bundle: edit(whole, seq(3), `{"kind":"act","seq":3,`, `{"seq":3,"kind":"act",`), Keys: keys},
		{Name: "json: nor how a text is escaped", Bundle: edit(whole, seq(3), `"audience":"SUBJECT"`, `"audience":"\u0053UBJECT"`), Keys: keys},
		{Name: "json: a payload may hold any text", Bundle: odd(`{"a":"\ud83d\ude00","b":[1e3,-0.5,true,null,{"a":{}}]}`), Keys: keys},
		{Name: "json: a member twice", Bundle: edit(whole, seq(3), `"seq":3,`, `"seq":3,"seq":3,`), Keys: keys, Want: "has a duplicate member"},
		{Name: "json: a member twice, once escaped", Bundle: edit(whole, seq(3), `"seq":3,`, `"seq":3,"\u0073eq":4,`), Keys: keys, Want: "has a duplicate member"},
		{Name: "json: a member of the header twice", Bundle: edit(whole, seq(3), `"audience":"SUBJECT",`, `"audience":"SUBJECT","audience":"ACTOR",`), Keys: keys, Want: "has a duplicate member"},
		{Name: "json: an unknown member", Bundle: edit(whole, seq(3), `"seq":3,`, `"seq":3,"note":"",`), Keys: keys, Seq: 3, Want: `has an unknown member "note"`},
		{Name: "json: an unknown member of the header", Bundle: edit(whole, seq(3), `"audience":"SUBJECT",`, `"audience":"SUBJECT","x":1,`), Keys: keys, Seq: 3, Want: `has an unknown member "x"`},
		{Name: "json: an unknown member of a checkpoint", Bundle: edit(whole, `"checkpoint"`, `"kind":"checkpoint",`, `"kind":"checkpoint","x":1,`), Keys: keys, Want: `line 2 has an unknown member "x"`},
		{Name: "json: half a surrogate pair", Bundle: edit(whole, seq(3), `line`, `\ud83d`), Keys: keys, Want: "has half a surrogate pair"},
		{Name: "json: two halves of a surrogate pair with a backslash between", Bundle: edit(whole, seq(3), `line`, `\ud83d\\\ude00`), Keys: keys, Want: "has half a surrogate pair"},
		{Name: "json: invalid UTF-8", Bundle: edit(whole, seq(3), `line`, "\xff"), Keys: keys, Want: "is not UTF-8"},
		{Name: "json: a control character", Bundle: edit(whole, seq(3), `line`, "\x01"), Keys: keys, Want: "is not JSON"},
		{Name: "json: a seq with a fraction", Bundle: edit(whole, seq(3), `"seq":3,`, `"seq":3.0,`), Keys: keys, Want: `has a member "seq" that is not a whole number`},
		{Name: "json: a seq as a text", Bundle: edit(whole, seq(3), `"seq":3,`, `"seq":"3",`), Keys: keys, Want: `has a member "seq" that is not a whole number`},
		{Name: "json: a seq of zero", Bundle: edit(whole, seq(1), `"seq":1,`, `"seq":0,`), Keys: keys, Want: "seq must start at 1"},
		{Name: "json: a hash in upper case", Bundle: edit(whole, seq(3), fmt.Sprintf("%x", s.Acts[2].Salt), fmt.Sprintf("%X", s.Acts[2].Salt)), Keys: keys, Seq: 3, Want: `has a member "salt" that is not lower-case hexadecimal`},
		{Name: "json: a hash that is too short", Bundle: edit(part, seq(7), `=","`, `","`), Keys: keys, Seq: 7, Want: `has a member "proof" that is not a list of hashes in base64`},
		{Name: "json: a time without its fraction", Bundle: edit(whole, seq(3), `.123456Z`, `Z`), Keys: keys, Seq: 3, Want: `has a header that has a member "at" that is not a time`},
		{Name: "json: an empty line", Bundle: lines(whole, func(l []string) []string { return slices.Insert(l, 6, "") }), Keys: keys, Want: "line 7 is not JSON"},
		{Name: "json: two objects on a line", Bundle: edit(whole, seq(3), `"seq":3`, `"seq":3}{"seq":3`), Keys: keys, Want: "is not JSON"},
		{Name: "json: a line that is too long", Bundle: edit(whole, seq(3), `"seq":3,`, `"seq":3,`+strings.Repeat(" ", bundle.MaxLine)), Keys: keys, Want: "is longer than 1048576 bytes"},
		{Name: "json: a payload that is not JSON", Bundle: odd(`{"a":1`), Keys: keys, Seq: 2, Want: "its payload is not JSON"},
		{Name: "json: a payload with a member twice", Bundle: odd(`{"a":{"b":1,"b":2}}`), Keys: keys, Seq: 2, Want: "its payload has a duplicate member"},
		{Name: "json: a payload with half a surrogate pair", Bundle: odd(`{"a":"\ud83d"}`), Keys: keys, Seq: 2, Want: "its payload has half a surrogate pair"},
		{Name: "json: a payload that is nested too deeply", Bundle: odd(strings.Repeat("[", 65) + strings.Repeat("]", 65)), Keys: keys, Seq: 2, Want: "its payload is nested too deeply"},
	}
}
