package schema

// Reference says what a column of ids names: a noun of the policy's, party for a stakeholder, or person for a member.
// internal/privacy wants to know of each column that names a party or a person how it is erased and exported.
type Reference struct{ Noun string }

// Name of the annotation.
func (Reference) Name() string { return "Reference" }

// The references that tell who somebody is.
var (
	party  = Reference{"party"}
	person = Reference{"person"}
)

// names is the reference to a noun; thing stands for anything, as the subject of a comment.
func names(noun string) Reference { return Reference{noun} }

const thing = "thing"
