package party

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mtibben/confusables"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Names of parties are compared, so that nobody takes another's: what is taken and kept is what RFC 8265 allows in an opaque
// string, without joiners where no script needs them and without tag characters; what counts as the same name is the key of a
// nickname (RFC 8266), which knows neither case nor width nor spaces; and what only looks the same is shown to the admin.

// checkName checks a name and gives it as it is kept.
func checkName(f *fault.Form, field, s string) string {
	var name fault.Form
	s = name.Line(field, s, 200)
	if err := name.Err(); err != nil {
		f.Add(err)
		return s
	}
	kept, err := precis.OpaqueString.String(s)
	if err != nil {
		f.Refuse(field, enum.UserErrorCodeInvisibleCharacters, "this contains characters that a name cannot have, such as invisible ones")
		return s
	}
	return kept
}

// nameKey is the same for names that count as the same.
func nameKey(name string) string {
	key, err := precis.Nickname.CompareKey(name)
	if err != nil { // nothing is left of it
		return name
	}
	return key
}

// nameSkeleton is the same for names that look alike (Unicode Technical Standard 39).
func nameSkeleton(name string) string { return confusables.Skeleton(nameKey(name)) }

// reserved are handles that would be taken for the operator's, or for a place of the site.
var reserved = strings.Fields(`abuse account admin administrator administration all anonymous api auditor blog console contact docs
	erased everyone explorer facilitator graphql help hostmaster info log login logout mail me moderation moderator moderators news
	nobody none null official operator operators owner plenary police policy postmaster privacy register root schema security
	settings site staff static status steward stewards support sysadmin system team terms undefined user viewer visitor webhook
	webmaster www`)

const longestHandle = 40

// handle checks a handle, or makes one from the name.
func handle(f *fault.Form, given, name string) string {
	s := given
	if s == "" {
		var ok bool
		if s, ok = handleOf(name); !ok {
			f.Refuse("handle", enum.UserErrorCodeRequired, "choose a handle: the name has letters that a handle cannot have")
			return s
		}
	}
	switch {
	case len(s) < 3 || len(s) > longestHandle || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || s[0] == '-' || s[len(s)-1] == '-':
		f.Refuse("handle", enum.UserErrorCodeInvalidHandle, "a handle has 3 to 40 lower-case letters, digits and hyphens, and begins and ends with a letter or digit")
	case slices.Contains(reserved, s):
		f.Refuse("handle", enum.UserErrorCodeTaken, "the handle %s is reserved: choose another", s)
	}
	return s
}

// plain are the Latin letters that are no letter with a mark, in the letters of a handle.
var plain = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ħ", "h", "ı", "i", "ĳ", "ij", "ŋ", "n", "ŧ", "t")

// handleOf writes a name in the letters of a handle, and every letter of it: a name that has others makes none.
func handleOf(name string) (handle string, ok bool) {
	var b strings.Builder
	for _, r := range norm.NFKD.String(plain.Replace(strings.ToLower(norm.NFC.String(name)))) {
		switch {
		case r <= unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’': // a mark above a letter, and an apostrophe, divide no word
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return "", false
		default:
			b.WriteByte('-')
		}
	}
	words := strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' })
	return shortened(strings.Join(words, "-"), longestHandle), true
}

func shortened(handle string, most int) string {
	if len(handle) > most {
		handle = handle[:most]
	}
	return strings.Trim(handle, "-")
}

// numbered gives the first handle that is free of one that was made from a name: itself, or with a number.
func numbered(handle string, taken func(handle string) bool) string {
	for n, free := 2, handle; ; n++ {
		if !taken(free) {
			return free
		}
		end := "-" + strconv.Itoa(n)
		free = shortened(handle, longestHandle-len(end)) + end
	}
}
