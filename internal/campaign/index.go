package campaign

// Index finds the group of a text among those that it was told of. K are the kinds that stay apart, G are groups.
type Index[K, G comparable] struct {
	same  map[sameKey[K]]int
	like  map[bandKey[K]][]int
	first []begun[G] // in the order in which the groups began
}

// begun is a group with the signature of its first text.
type begun[G any] struct {
	group     G
	signature Signature
}

type sameKey[K comparable] struct {
	kind  K
	words [hashLen]byte
}

type bandKey[K comparable] struct {
	kind K
	band uint64
}

// NewIndex makes an index without groups.
func NewIndex[K, G comparable]() *Index[K, G] {
	return &Index[K, G]{same: map[sameKey[K]]int{}, like: map[bandKey[K]][]int{}}
}

// Begin adds a group by its first text. Groups are added in the order in which they began.
func (x *Index[K, G]) Begin(kind K, first Signature, group G) {
	n := len(x.first)
	x.first = append(x.first, begun[G]{group, first})
	if key := (sameKey[K]{kind, first.words}); x.same[key] == 0 { // it keeps places from 1
		x.same[key] = n + 1
	}
	for _, band := range first.Bands() {
		key := bandKey[K]{kind, band}
		x.like[key] = append(x.like[key], n)
	}
}

// Find gives the group that a text belongs to: the earliest whose first text it is like.
func (x *Index[K, G]) Find(kind K, s Signature) (group G, found bool) {
	best := len(x.first)
	if n := x.same[sameKey[K]{kind, s.words}]; n > 0 {
		best = n - 1
	}
	for _, band := range s.Bands() {
		for _, n := range x.like[bandKey[K]{kind, band}] {
			if n >= best {
				break // they are in order
			}
			if s.Alike(&x.first[n].signature) {
				best = n
			}
		}
	}
	if best == len(x.first) {
		return group, false
	}
	return x.first[best].group, true
}

// Text is a text to be grouped.
type Text[K comparable] struct {
	Kind K
	Text string
}

// Group gives, for each text, the place of the first text of its group; its own place if it begins one. Texts that are the same to the
// letter are signed once.
func Group[K comparable](texts []Text[K]) []int {
	x, seen := NewIndex[K, int](), map[Text[K]]int{}
	all := make([]int, len(texts))
	for i, t := range texts {
		first, known := seen[t]
		if !known {
			s := Sign(t.Text)
			if first, known = x.Find(t.Kind, s); !known {
				first = i
				x.Begin(t.Kind, s, i)
			}
			seen[t] = first
		}
		all[i] = first
	}
	return all
}
