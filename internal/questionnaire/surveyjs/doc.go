// Package surveyjs reads questionnaires in the form of SurveyJS, such as those of Canada's Algorithmic Impact Assessment, as templates.
// What it cannot represent it names, all of it at once; it never leaves out in silence what decides over answers or points.
package surveyjs
