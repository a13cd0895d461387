package demo

import "github.com/plenary-dialogue/plenary/internal/questionnaire"

// templates are those of the example: a short form that is in use, and one that a regulator prepares.
var templates = []questionnaire.Document{
	{
		Format: questionnaire.Format, Key: "short-form", Languages: []string{"en", "fr"},
		Title:       questionnaire.Words{"en": "Short form", "fr": "Formulaire court"},
		Description: questionnaire.Words{"en": "For a first look at a practice that does little."},
		Rule:        questionnaire.DefaultRule, SignOffs: questionnaire.DefaultSignOffs,
		Sections: []questionnaire.Section{
			{
				Key: "practice", Title: questionnaire.Words{"en": "The practice", "fr": "La pratique"}, ScoreType: questionnaire.Raw,
				Questions: []questionnaire.Question{
					{
						Key: "purpose", Type: questionnaire.Text, Required: true,
						Title: questionnaire.Words{"en": "What is it for?", "fr": "À quoi sert-elle ?"},
						Help:  questionnaire.Words{"en": "Say what customers gain, and what the firm gains."},
					},
					{
						Key: "affected", Type: questionnaire.Text,
						Title: questionnaire.Words{"en": "Who is affected, and who most?", "fr": "Qui est concerné, et qui l\u2019est le plus ?"},
					},
					{
						Key: "personal-data", Type: questionnaire.Multi, Principle: "PRIVACY_AND_DATA_GOVERNANCE",
						Title: questionnaire.Words{"en": "Which personal data does it use?"},
						Options: []questionnaire.Option{
							{Value: "purchases", Title: questionnaire.Words{"en": "What people bought"}, Weight: 1},
							{Value: "location", Title: questionnaire.Words{"en": "Where people are"}, Weight: 2},
							{Value: "health", Title: questionnaire.Words{"en": "What tells of health"}, Weight: 4},
						},
					},
					{
						Key: "decides", Type: questionnaire.Single, Principle: "HUMAN_AGENCY_AND_OVERSIGHT",
						Title: questionnaire.Words{"en": "Who decides about a customer?", "fr": "Qui décide pour un client ?"},
						Options: []questionnaire.Option{
							{Value: "person", Title: questionnaire.Words{"en": "A person", "fr": "Une personne"}},
							{Value: "both", Title: questionnaire.Words{"en": "A person, with a proposal of a program"}, Weight: 1},
							{Value: "program", Title: questionnaire.Words{"en": "A program alone", "fr": "Un programme seul"}, Weight: 3},
						},
					},
				},
			},
			{
				Key: "safeguards", Title: questionnaire.Words{"en": "Safeguards", "fr": "Garanties"}, ScoreType: questionnaire.Mitigation,
				Questions: []questionnaire.Question{
					{
						Key: "oversight", Type: questionnaire.Text, VisibleIf: `{decides} <> "person"`,
						Title: questionnaire.Words{"en": "Who can stop it, and how fast?"},
					},
					{
						Key: "appeal", Type: questionnaire.Boolean, WeightIfTrue: 2, Principle: "ACCOUNTABILITY",
						Title: questionnaire.Words{"en": "Can a customer have a decision looked at again?"},
					},
				},
			},
		},
	},
	{
		Format: questionnaire.Format, Key: "loyalty-check", Languages: []string{"en"}, Jurisdiction: "IE",
		Title: questionnaire.Words{"en": "Check of loyalty schemes"},
		Rule:  questionnaire.DefaultRule, SignOffs: questionnaire.DefaultSignOffs,
		Sections: []questionnaire.Section{{
			Key: "scheme", Title: questionnaire.Words{"en": "The scheme"}, ScoreType: questionnaire.None,
			Questions: []questionnaire.Question{
				{Key: "expires", Type: questionnaire.Number, Required: true, Title: questionnaire.Words{"en": "After how many months do points expire?"}},
			},
		}},
	},
}
