package risk

import "github.com/plenary-dialogue/plenary/internal/report"

// ReportedGrade is a grade as reports have it.
func ReportedGrade(likelihood, severity int) report.Grade {
	return reported(GradeOf(likelihood, severity))
}

// ReportedResidual is what mitigations leave of a risk.
func ReportedResidual(inherent report.Grade, mitigations []report.Mitigation) report.Grade {
	steps := make([]Step, len(mitigations))
	for i, m := range mitigations {
		steps[i] = Step{m.State, m.LowersLikelihood, m.LowersSeverity}
	}
	return reported(Residual(GradeOf(inherent.Likelihood, inherent.Severity), steps))
}

func reported(g Grade) report.Grade {
	return report.Grade{Likelihood: g.Likelihood, Severity: g.Severity, Score: g.Score, Level: g.Level}
}
