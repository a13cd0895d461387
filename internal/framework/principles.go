package framework

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// mostPrinciples is how many principles a framework has at most.
const mostPrinciples = 50

// Principle is what a principle says.
type Principle struct {
	Key, Statement string
	Requirement    enum.Requirement // of ALTAI; empty where it names a value of its own
	Value          string
}

var keys = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checkPrinciples gives the principles of a framework normalised, or says in the form what is wrong with them.
func checkPrinciples(f *fault.Form, all []Principle) []Principle {
	if !f.Count("principles", len(all), 1, mostPrinciples) {
		return nil
	}
	checked, seen := make([]Principle, len(all)), map[string]bool{}
	for i, w := range all {
		at := fmt.Sprintf("principles.%d", i)
		w.Key = f.Line(at+".key", w.Key, 60)
		w.Statement = f.Text(at+".statement", w.Statement, 2000)
		w.Value = f.OptionalLine(at+".value", w.Value, 60)
		switch {
		case w.Key != "" && !keys.MatchString(w.Key):
			f.Refuse(at+".key", enum.UserErrorCodeInvalid, "a key has small letters, digits and single hyphens between them")
		case seen[w.Key]:
			f.Refuse(at+".key", enum.UserErrorCodeDuplicate, "two principles have this key")
		}
		if (w.Requirement == "") == (w.Value == "") {
			f.Refuse(at+".value", enum.UserErrorCodeExclusive, "name the requirement or the value that it serves, one of the two")
		}
		checked[i], seen[w.Key] = w, true
	}
	return checked
}

// texts are what principles say, for the hash of their framework.
func texts(all []Principle) []string {
	texts := []string{strconv.Itoa(len(all))}
	for _, w := range all {
		texts = append(texts, w.Key, w.Statement, string(w.Requirement), w.Value)
	}
	return texts
}

// Pair is a principle in two versions of a framework.
type Pair struct {
	Key      string
	Change   enum.PrincipleChange
	From, To int // its place in each, from 0; -1 where it is not there
}

// Compare matches the principles of two versions by key: in the order of the later, then those that are not in it.
func Compare(from, to []Principle) []Pair {
	at := func(all []Principle, key string) int {
		return slices.IndexFunc(all, func(w Principle) bool { return w.Key == key })
	}
	kept := func(all, other []Principle) []string { // the keys that both have, in the order of one
		var list []string
		for _, w := range all {
			if at(other, w.Key) >= 0 {
				list = append(list, w.Key)
			}
		}
		return list
	}
	before, after := kept(from, to), kept(to, from)
	pairs := make([]Pair, 0, len(to))
	for i, w := range to {
		pair := Pair{Key: w.Key, From: at(from, w.Key), To: i}
		switch {
		case pair.From < 0:
			pair.Change = enum.PrincipleChangeAdded
		case from[pair.From] != w:
			pair.Change = enum.PrincipleChangeChanged
		case slices.Index(before, w.Key) != slices.Index(after, w.Key):
			pair.Change = enum.PrincipleChangeMoved
		default:
			pair.Change = enum.PrincipleChangeSame
		}
		pairs = append(pairs, pair)
	}
	for i, w := range from {
		if at(to, w.Key) < 0 {
			pairs = append(pairs, Pair{Key: w.Key, Change: enum.PrincipleChangeRemoved, From: i, To: -1})
		}
	}
	return pairs
}
