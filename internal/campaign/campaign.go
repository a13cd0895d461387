// Package campaign finds the texts that say nearly the same, such as those of a letter-writing campaign, and puts them into groups. It is
// pure: what it makes of a text can be stored, and is the same for ever.
//
// Two texts are alike if they have the same words; or if their MinHash signatures agree in 45 of 64 places, which estimates that they share
// seven tenths of their shingles, the runs of three words, or of four characters in a text of fewer than five words (Broder, On the
// resemblance and containment of documents, 1997); or if they share four fifths of their words and the signatures agree in 16 places. The
// last holds of any two of the texts that are made of one of 80 words by replacing at most three, where the estimate errs too often.
//
// A text joins the earliest group whose first text it is like, so that no group drifts from what began it, and equal texts are always
// together. Texts of different kinds, such as those for and against something, never are: a "not" hardly changes a signature.
package campaign

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/words"
)

// How texts are compared. Signatures that are stored stay good only while these and the functions below are what they are.
const (
	values      = 64  // of a signature
	alike       = 45  // values that agree in two texts which are alike
	related     = 16  // values that agree where sharing most words is enough
	sampled     = 512 // words of a text that are kept
	bands       = 16  // by which an index finds texts
	inBand      = 3   // functions; of two texts of 80 words with six different ones, ten million pairs lack a common band once
	wordsEach   = 3   // of a shingle
	charsEach   = 4   // of a shingle of a short text
	fewestWords = 5   // of a text that has shingles of words

	hashLen  = sha256.Size
	shortest = hashLen + 4*values
)

// Signature is what of a text is compared.
type Signature struct {
	words [hashLen]byte  // SHA-256 of the words, joined by spaces
	least [values]uint32 // the least hash of a shingle, by each of the functions
	bag   []uint32       // the least hashes of words with the number of their occurrence, in order: all, or a sample of a long text
	bands [bands]uint64  // made of the bag
}

// Sign makes the signature of a text. A text without words is taken as it is.
func Sign(text string) Signature {
	all := words.Of(text)
	if len(all) == 0 {
		all = strings.Fields(words.Folded(text))
	}
	joined := strings.Join(all, " ")
	s := Signature{words: sha256.Sum256([]byte(joined)), bag: bag(all)}
	s.bands = bandsOf(s.bag)
	for i := range s.least {
		s.least[i] = math.MaxUint32
	}
	for _, shingle := range shingles(all, joined) {
		h := fnv(shingle)
		for i := range s.least {
			s.least[i] = min(s.least[i], uint32(mix(h^seeds[i])>>32))
		}
	}
	return s
}

// shingles gives the runs of words of a text, or of characters if it is short; all of it if it is shorter than one of them.
func shingles(all []string, joined string) []string {
	if len(all) < fewestWords {
		return runs(joined, starts(joined), charsEach)
	}
	at := make([]int, 1, len(all)+1)
	for _, w := range all {
		at = append(at, at[len(at)-1]+len(w)+1)
	}
	return runs(joined+" ", at, wordsEach)
}

// starts gives where each character of a text starts, and its length.
func starts(text string) []int {
	var all []int
	for i := range text {
		all = append(all, i)
	}
	return append(all, len(text))
}

// runs cuts a text into its overlapping runs of as many pieces, which start at these places.
func runs(text string, at []int, each int) []string {
	all := make([]string, max(len(at)-each, 1))
	for i := range all {
		all[i] = text[at[i]:at[min(i+each, len(at)-1)]]
	}
	return all
}

// bag gives the hashes of words. The second occurrence of a word counts as another word.
func bag(all []string) []uint32 {
	times := make(map[string]uint64, len(all))
	found := make([]uint32, 0, len(all))
	for _, w := range all {
		found = append(found, uint32(mix(fnv(w)+times[w])>>32))
		times[w]++
	}
	slices.Sort(found)
	found = slices.Compact(found)
	return slices.Clip(found[:min(len(found), sampled)])
}

// fnv is FNV-1a with 64 bits (RFC 9923).
func fnv(text string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 0x100000001b3
	}
	return h
}

// mix is the output function of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014): one to one, so
// that each seed gives another order of the same hashes.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// seeds are the first outputs of SplitMix64 from 0.
var seeds = func() (all [values]uint64) {
	for i := range all {
		all[i] = mix(uint64(i+1) * 0x9e3779b97f4a7c15)
	}
	return all
}()

// Alike tells whether two texts say nearly the same.
func (s *Signature) Alike(other *Signature) bool {
	if s.words == other.words {
		return true
	}
	agree := 0
	for i, v := range s.least {
		if v == other.least[i] {
			agree++
		}
	}
	return agree >= alike || agree >= related && s.sharesWords(other)
}

// sharesWords estimates, from the least hashes of both, whether two texts share four fifths of the words that they have together. It is
// exact where these are 512 or fewer.
func (s *Signature) sharesWords(other *Signature) bool {
	shared, seen := 0, 0
	for i, j := 0, 0; seen < sampled && (i < len(s.bag) || j < len(other.bag)); seen++ {
		switch {
		case j == len(other.bag) || i < len(s.bag) && s.bag[i] < other.bag[j]:
			i++
		case i == len(s.bag) || other.bag[j] < s.bag[i]:
			j++
		default:
			shared++
			i++
			j++
		}
	}
	return 5*shared >= 4*seen
}

// Bands gives the keys by which an index finds signatures: texts that share most words share one.
func (s *Signature) Bands() []uint64 { return s.bands[:] }

// bandsOf makes each key of the least hashes of words by three functions.
func bandsOf(bag []uint32) (all [bands]uint64) {
	for i := range all {
		all[i] = uint64(i)
		for _, seed := range seeds[i*inBand : (i+1)*inBand] {
			least := uint64(math.MaxUint64)
			for _, h := range bag {
				least = min(least, mix(uint64(h)^seed))
			}
			all[i] = mix(all[i] ^ least)
		}
	}
	return all
}

// MarshalBinary writes a signature to be stored: SHA-256 of the words, the 64 values, and the hashes of words, all with the high byte first.
func (s *Signature) MarshalBinary() ([]byte, error) {
	b := append(make([]byte, 0, shortest+4*len(s.bag)), s.words[:]...)
	for _, v := range s.least {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	for _, v := range s.bag {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b, nil
}

// UnmarshalBinary reads what MarshalBinary wrote.
func (s *Signature) UnmarshalBinary(b []byte) error {
	if len(b) < shortest || len(b) > shortest+4*sampled || len(b)%4 != 0 {
		return fmt.Errorf("a signature cannot have %d bytes", len(b))
	}
	copy(s.words[:], b)
	s.bag = make([]uint32, (len(b)-shortest)/4)
	r := bytes.NewReader(b[hashLen:])
	if err := binary.Read(r, binary.BigEndian, &s.least); err != nil {
		return err
	}
	if err := binary.Read(r, binary.BigEndian, s.bag); err != nil {
		return err
	}
	s.bands = bandsOf(s.bag)
	return nil
}
