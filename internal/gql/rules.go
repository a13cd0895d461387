package gql

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// named are the rules about names of the schema, which can suggest others.
var named = []core.Rule{
	rules.FieldsOnCorrectTypeRule, rules.KnownArgumentNamesRule, rules.KnownTypeNamesRule, rules.ScalarLeafsRule, rules.ValuesOfCorrectTypeRule,
}

// silent are the same rules without suggestions, so that a typo does not list the schema.
var silent = []core.Rule{
	rules.FieldsOnCorrectTypeRuleWithoutSuggestions, rules.KnownArgumentNamesRuleWithoutSuggestions, rules.KnownTypeNamesRuleWithoutSuggestions,
	rules.ScalarLeafsRuleWithoutSuggestions, rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
}

// schemaHint tells where the names are, in place of a suggestion.
const schemaHint = " The schema is at /schema.graphql."

// otherRules are the rest of the rules of the specification, but for one: fields are merged by an algorithm that no document
// keeps busy for seconds.
func otherRules() []core.Rule {
	return []core.Rule{
		rules.FragmentsOnCompositeTypesRule,
		rules.KnownDirectivesRule,
		rules.KnownFragmentNamesRule,
		rules.KnownRootTypeRule,
		rules.LoneAnonymousOperationRule,
		rules.MaxIntrospectionDepth,
		rules.NoFragmentCyclesRule,
		rules.NoUndefinedVariablesRule,
		rules.NoUnusedFragmentsRule,
		rules.NoUnusedVariablesRule,
		rules.PossibleFragmentSpreadsRule,
		rules.ProvidedRequiredArgumentsRule,
		rules.SingleFieldSubscriptionsRule,
		rules.UniqueArgumentNamesRule,
		rules.UniqueDirectivesPerLocationRule,
		rules.UniqueFragmentNamesRule,
		rules.UniqueInputFieldNamesRule,
		rules.UniqueOperationNamesRule,
		rules.UniqueVariableNamesRule,
		rules.VariablesAreInputTypesRule,
		rules.VariablesInAllowedPositionRule,
		{Name: "IntegersIn32Bits", RuleFunc: integersIn32Bits},
	}
}

// validate checks the document against the schema and links it: the walk sets the definitions that later steps read.
// It gives and builds at most limit errors.
func validate(schema *ast.Schema, doc *ast.QueryDocument, limit int, suggest bool) gqlerror.List {
	var errs gqlerror.List
	events := &core.Events{}
	use := func(list []core.Rule, hint string) {
		for _, rule := range list {
			rule.RuleFunc(events, func(options ...core.ErrorOption) {
				if len(errs) == limit {
					return
				}
				err := &gqlerror.Error{Extensions: map[string]any{"code": CodeValidationFailed}}
				for _, o := range options {
					o(err)
				}
				err.Message = clip(err.Message) + hint
				errs = append(errs, err)
			})
		}
	}
	if suggest {
		use(named, "")
	} else {
		use(silent, schemaHint)
	}
	use(otherRules(), "")
	validator.Walk(schema, doc, events)
	if len(errs) > 0 {
		return errs
	}
	for _, op := range doc.Operations {
		if err := fieldsMerge(schema, op); err != nil {
			return gqlerror.List{err}
		}
	}
	return nil
}

// integersIn32Bits closes a gap: the imported rule lets an Int literal of up to 64 bits through.
func integersIn32Bits(events *core.Events, addError core.AddErrFunc) {
	events.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Kind != ast.IntValue || v.Definition == nil || v.Definition.Name != "Int" {
			return
		}
		if _, err := strconv.ParseInt(v.Raw, 10, 32); err != nil {
			addError(core.Message("Int cannot represent non 32-bit signed integer value: %s", v.Raw), core.At(v.Position))
		}
	})
}
