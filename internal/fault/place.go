package fault

import (
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // for machines without the database

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// The jurisdictions that are known, as of 2026-11-29: the 249 officially assigned codes of ISO 3166-1, and the European Union, to
// which ISO has reserved EU. golang.org/x/text is not asked: it takes countries that are gone, such as SU and DD, and counts the
// United Kingdom to the EU.
var countries = strings.Fields(`
	AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH
	CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN
	GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI
	LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM
	PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD
	TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`)

// union is reserved by ISO for the European Union.
const union = "EU"

// meant are what people write for a code that is another.
var meant = map[string]string{"UK": "GB", "EL": "GR"}

// zoneName is the form of a zone's name: Area/Place, or Area/Region/Place.
var zoneName = regexp.MustCompile(`^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)(/[A-Za-z0-9_+-]+){1,2}$`)

// TimeZone checks a name of the IANA time zone database; UTC if there is none.
func (f *Form) TimeZone(field, name string) string {
	if name = strings.TrimSpace(name); name == "" {
		return "UTC"
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name != "UTC" && !zoneName.MatchString(name) { // a machine's database has files of other names, too
		f.Refuse(field, enum.UserErrorCodeInvalidTimeZone, "give a name of the IANA time zone database, such as Europe/Dublin")
		return name
	}
	return zone.String()
}

// members are the members of the European Union, as of 2026-11-29.
var members = strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")

// Members gives the members of the European Union, for those who ask in SQL what Includes tells.
func Members() []string { return slices.Clone(members) }

// Includes tells whether a jurisdiction is another one or contains it: EU contains IE and DE-BY, CA contains CA-QC.
func Includes(outer, inner string) bool {
	country, _, _ := strings.Cut(inner, "-")
	return outer == inner || outer == country || outer == union && slices.Contains(members, country)
}

// Among tells whether a jurisdiction is one of some, or lies in one.
func Among(jurisdictions []string, code string) bool {
	return slices.ContainsFunc(jurisdictions, func(one string) bool { return Includes(one, code) })
}

// Jurisdictions checks a list of codes of ISO 3166, and that none comes twice.
func (f *Form) Jurisdictions(field string, codes []string, most int) []string {
	return f.set(field, codes, most, f.jurisdiction)
}

// jurisdiction checks a code of ISO 3166 and gives it in capitals: a country, the European Union, or by its form a part of a
// country, such as CA-QC.
func (f *Form) jurisdiction(field, s string) string {
	code := strings.ToUpper(strings.TrimSpace(s))
	country, part, divided := strings.Cut(code, "-")
	switch {
	case meant[country] != "":
		f.Refuse(field, enum.UserErrorCodeInvalidJurisdiction, "the code is %s, not %s", strings.Replace(code, country, meant[country], 1), code)
	case !divided && code == union:
	case !slices.Contains(countries, country), divided && (len(part) < 1 || len(part) > 3 || strings.Trim(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != ""):
		f.Refuse(field, enum.UserErrorCodeInvalidJurisdiction, "give codes of ISO 3166 with two letters, such as IE, EU or CA-QC")
	}
	return code
}
