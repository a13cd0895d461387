// Code generated from the SDL by schema/gen.go. DO NOT EDIT.

// Package enum holds the words of the SDL's enums as typed constants. It has no code.
package enum

// ActType: What an act did, named for the noun and the verb. In the log's entries and in webhooks' events it is written as noun.verb: proposal.taken_up.
type ActType string

// The values of ActType.
const (
	ActTypeAccessRevoked                ActType = "ACCESS_REVOKED"
	ActTypeAmendmentDrafted             ActType = "AMENDMENT_DRAFTED"
	ActTypeAmendmentEdited              ActType = "AMENDMENT_EDITED"
	ActTypeAmendmentProposed            ActType = "AMENDMENT_PROPOSED"
	ActTypeAmendmentAccepted            ActType = "AMENDMENT_ACCEPTED"
	ActTypeAmendmentRejected            ActType = "AMENDMENT_REJECTED"
	ActTypeAmendmentWithdrawn           ActType = "AMENDMENT_WITHDRAWN"
	ActTypeAmendmentPromoted            ActType = "AMENDMENT_PROMOTED"
	ActTypeAmendmentHidden              ActType = "AMENDMENT_HIDDEN"
	ActTypeAmendmentRestored            ActType = "AMENDMENT_RESTORED"
	ActTypeAmendmentReportsDismissed    ActType = "AMENDMENT_REPORTS_DISMISSED"
	ActTypeAssessmentDrafted            ActType = "ASSESSMENT_DRAFTED"
	ActTypeAssessmentImported           ActType = "ASSESSMENT_IMPORTED"
	ActTypeAssessmentEdited             ActType = "ASSESSMENT_EDITED"
	ActTypeAssessmentAnswered           ActType = "ASSESSMENT_ANSWERED"
	ActTypeAssessmentRedacted           ActType = "ASSESSMENT_REDACTED"
	ActTypeAssessmentConsultationOpened ActType = "ASSESSMENT_CONSULTATION_OPENED"
	ActTypeAssessmentRecalled           ActType = "ASSESSMENT_RECALLED"
	ActTypeAssessmentSubmitted          ActType = "ASSESSMENT_SUBMITTED"
	ActTypeAssessmentReturned           ActType = "ASSESSMENT_RETURNED"
	ActTypeAssessmentPublished          ActType = "ASSESSMENT_PUBLISHED"
	ActTypeAssessmentWithdrawn          ActType = "ASSESSMENT_WITHDRAWN"
	ActTypeAssessmentRevoked            ActType = "ASSESSMENT_REVOKED"
	ActTypeAssessmentRenewed            ActType = "ASSESSMENT_RENEWED"
	ActTypeAssessmentOutdated           ActType = "ASSESSMENT_OUTDATED"
	ActTypeAssessmentSuperseded         ActType = "ASSESSMENT_SUPERSEDED"
	ActTypeAssignmentCreated            ActType = "ASSIGNMENT_CREATED"
	ActTypeAssignmentSubmitted          ActType = "ASSIGNMENT_SUBMITTED"
	ActTypeAssignmentReturned           ActType = "ASSIGNMENT_RETURNED"
	ActTypeAssignmentFinished           ActType = "ASSIGNMENT_FINISHED"
	ActTypeAssignmentHandedOver         ActType = "ASSIGNMENT_HANDED_OVER"
	ActTypeAssignmentWithdrawn          ActType = "ASSIGNMENT_WITHDRAWN"
	ActTypeAuthorshipInvited            ActType = "AUTHORSHIP_INVITED"
	ActTypeAuthorshipAccepted           ActType = "AUTHORSHIP_ACCEPTED"
	ActTypeAuthorshipLeft               ActType = "AUTHORSHIP_LEFT"
	ActTypeBallotOpened                 ActType = "BALLOT_OPENED"
	ActTypeBallotCast                   ActType = "BALLOT_CAST"
	ActTypeBallotProxyAppointed         ActType = "BALLOT_PROXY_APPOINTED"
	ActTypeBallotProxyRevoked           ActType = "BALLOT_PROXY_REVOKED"
	ActTypeBallotRecused                ActType = "BALLOT_RECUSED"
	ActTypeBallotRollObjected           ActType = "BALLOT_ROLL_OBJECTED"
	ActTypeBallotVoided                 ActType = "BALLOT_VOIDED"
	ActTypeBallotCounted                ActType = "BALLOT_COUNTED"
	ActTypeBallotAnswered               ActType = "BALLOT_ANSWERED"
	ActTypeCallOpened                   ActType = "CALL_OPENED"
	ActTypeCallExtended                 ActType = "CALL_EXTENDED"
	ActTypeCallFirmAdded                ActType = "CALL_FIRM_ADDED"
	ActTypeCallClosed                   ActType = "CALL_CLOSED"
	ActTypeCallWithdrawn                ActType = "CALL_WITHDRAWN"
	ActTypeCalledfirmClaimed            ActType = "CALLEDFIRM_CLAIMED"
	ActTypeCalledfirmExempted           ActType = "CALLEDFIRM_EXEMPTED"
	ActTypeCalledfirmRefused            ActType = "CALLEDFIRM_REFUSED"
	ActTypeCalledfirmAnswered           ActType = "CALLEDFIRM_ANSWERED"
	ActTypeCalledfirmReopened           ActType = "CALLEDFIRM_REOPENED"
	ActTypeCalledfirmReminded           ActType = "CALLEDFIRM_REMINDED"
	ActTypeCommentPosted                ActType = "COMMENT_POSTED"
	ActTypeCommentImported              ActType = "COMMENT_IMPORTED"
	ActTypeCommentVoted                 ActType = "COMMENT_VOTED"
	ActTypeCommentVoteRetracted         ActType = "COMMENT_VOTE_RETRACTED"
	ActTypeCommentTallied               ActType = "COMMENT_TALLIED"
	ActTypeCommentEdited                ActType = "COMMENT_EDITED"
	ActTypeCommentWithdrawn             ActType = "COMMENT_WITHDRAWN"
	ActTypeCommentTranslated            ActType = "COMMENT_TRANSLATED"
	ActTypeCommentDisposed              ActType = "COMMENT_DISPOSED"
	ActTypeCommentLeftGroup             ActType = "COMMENT_LEFT_GROUP"
	ActTypeCommentHidden                ActType = "COMMENT_HIDDEN"
	ActTypeCommentRestored              ActType = "COMMENT_RESTORED"
	ActTypeCommitmentMade               ActType = "COMMITMENT_MADE"
	ActTypeCommitmentReported           ActType = "COMMITMENT_REPORTED"
	ActTypeCommitmentDropped            ActType = "COMMITMENT_DROPPED"
	ActTypeCommitmentLate               ActType = "COMMITMENT_LATE"
	ActTypeContentreportFiled           ActType = "CONTENTREPORT_FILED"
	ActTypeCommentReportsDismissed      ActType = "COMMENT_REPORTS_DISMISSED"
	ActTypeDecisionruleDefined          ActType = "DECISIONRULE_DEFINED"
	ActTypeDialogueConvened             ActType = "DIALOGUE_CONVENED"
	ActTypeDialogueInvited              ActType = "DIALOGUE_INVITED"
	ActTypeDialogueUninvited            ActType = "DIALOGUE_UNINVITED"
	ActTypeDialogueUpdated              ActType = "DIALOGUE_UPDATED"
	ActTypeDialogueOpened               ActType = "DIALOGUE_OPENED"
	ActTypeDialogueClosed               ActType = "DIALOGUE_CLOSED"
	ActTypeDialogueReopened             ActType = "DIALOGUE_REOPENED"
	ActTypeDialoguePhaseBegan           ActType = "DIALOGUE_PHASE_BEGAN"
	ActTypeDialoguePhaseEnded           ActType = "DIALOGUE_PHASE_ENDED"
	ActTypeDialogueImported             ActType = "DIALOGUE_IMPORTED"
	ActTypeFileAttached                 ActType = "FILE_ATTACHED"
	ActTypeFileRemoved                  ActType = "FILE_REMOVED"
	ActTypeFilingFiled                  ActType = "FILING_FILED"
	ActTypeFilingAcknowledged           ActType = "FILING_ACKNOWLEDGED"
	ActTypeFilingReturned               ActType = "FILING_RETURNED"
	ActTypeFilingSuperseded             ActType = "FILING_SUPERSEDED"
	ActTypeFilingOutdated               ActType = "FILING_OUTDATED"
	ActTypeFilingRevoked                ActType = "FILING_REVOKED"
	ActTypeFrameworkDrafted             ActType = "FRAMEWORK_DRAFTED"
	ActTypeFrameworkEdited              ActType = "FRAMEWORK_EDITED"
	ActTypeFrameworkSubmitted           ActType = "FRAMEWORK_SUBMITTED"
	ActTypeFrameworkAdopted             ActType = "FRAMEWORK_ADOPTED"
	ActTypeFrameworkSuperseded          ActType = "FRAMEWORK_SUPERSEDED"
	ActTypeFrameworkReviewed            ActType = "FRAMEWORK_REVIEWED"
	ActTypeFrameworkRetired             ActType = "FRAMEWORK_RETIRED"
	ActTypeFrameworkReviewDue           ActType = "FRAMEWORK_REVIEW_DUE"
	ActTypeGuidelineAdopted             ActType = "GUIDELINE_ADOPTED"
	ActTypeGuidelineSuperseded          ActType = "GUIDELINE_SUPERSEDED"
	ActTypeGuidelineRevised             ActType = "GUIDELINE_REVISED"
	ActTypeGuidelineReviewDue           ActType = "GUIDELINE_REVIEW_DUE"
	ActTypeHidingAppealed               ActType = "HIDING_APPEALED"
	ActTypeHidingDecided                ActType = "HIDING_DECIDED"
	ActTypeHidingOverdue                ActType = "HIDING_OVERDUE"
	ActTypeImportStarted                ActType = "IMPORT_STARTED"
	ActTypeImportFinished               ActType = "IMPORT_FINISHED"
	ActTypeImportFailed                 ActType = "IMPORT_FAILED"
	ActTypeJourneyPlanned               ActType = "JOURNEY_PLANNED"
	ActTypeJourneyImported              ActType = "JOURNEY_IMPORTED"
	ActTypeJourneyEdited                ActType = "JOURNEY_EDITED"
	ActTypeJourneyPublished             ActType = "JOURNEY_PUBLISHED"
	ActTypeJourneyRetired               ActType = "JOURNEY_RETIRED"
	ActTypeLogKeyAdded                  ActType = "LOG_KEY_ADDED"
	ActTypeLogKeyRetired                ActType = "LOG_KEY_RETIRED"
	ActTypeLogReopened                  ActType = "LOG_REOPENED"
	ActTypeMilestonePlanned             ActType = "MILESTONE_PLANNED"
	ActTypeMilestoneReplanned           ActType = "MILESTONE_REPLANNED"
	ActTypeMilestoneReported            ActType = "MILESTONE_REPORTED"
	ActTypeMitigationAdded              ActType = "MITIGATION_ADDED"
	ActTypeMitigationEdited             ActType = "MITIGATION_EDITED"
	ActTypeMitigationRemoved            ActType = "MITIGATION_REMOVED"
	ActTypeMitigationRecorded           ActType = "MITIGATION_RECORDED"
	ActTypeMitigationVerified           ActType = "MITIGATION_VERIFIED"
	ActTypeOfficialresponseRequested    ActType = "OFFICIALRESPONSE_REQUESTED"
	ActTypeOfficialresponseGiven        ActType = "OFFICIALRESPONSE_GIVEN"
	ActTypeOfficialresponseLate         ActType = "OFFICIALRESPONSE_LATE"
	ActTypeOpinionGiven                 ActType = "OPINION_GIVEN"
	ActTypeOpinionAnswered              ActType = "OPINION_ANSWERED"
	ActTypeOpinionMarkedRead            ActType = "OPINION_MARKED_READ"
	ActTypeStakeholderRegistered        ActType = "STAKEHOLDER_REGISTERED"
	ActTypeStakeholderApproved          ActType = "STAKEHOLDER_APPROVED"
	ActTypeStakeholderRejected          ActType = "STAKEHOLDER_REJECTED"
	ActTypeStakeholderUpdated           ActType = "STAKEHOLDER_UPDATED"
	ActTypeStakeholderSuspended         ActType = "STAKEHOLDER_SUSPENDED"
	ActTypePracticeProposed             ActType = "PRACTICE_PROPOSED"
	ActTypePracticeRevised              ActType = "PRACTICE_REVISED"
	ActTypePracticeTried                ActType = "PRACTICE_TRIED"
	ActTypePracticeActivated            ActType = "PRACTICE_ACTIVATED"
	ActTypePracticePaused               ActType = "PRACTICE_PAUSED"
	ActTypePracticeWithdrawn            ActType = "PRACTICE_WITHDRAWN"
	ActTypePersonErased                 ActType = "PERSON_ERASED"
	ActTypeProposalCommitmentAccepted   ActType = "PROPOSAL_COMMITMENT_ACCEPTED"
	ActTypeProposalDrafted              ActType = "PROPOSAL_DRAFTED"
	ActTypeProposalEdited               ActType = "PROPOSAL_EDITED"
	ActTypeProposalSubmitted            ActType = "PROPOSAL_SUBMITTED"
	ActTypeProposalTakenUp              ActType = "PROPOSAL_TAKEN_UP"
	ActTypeProposalReturned             ActType = "PROPOSAL_RETURNED"
	ActTypeProposalOpened               ActType = "PROPOSAL_OPENED"
	ActTypeProposalWithdrawn            ActType = "PROPOSAL_WITHDRAWN"
	ActTypeProposalSponsored            ActType = "PROPOSAL_SPONSORED"
	ActTypeProposalSponsorshipWithdrawn ActType = "PROPOSAL_SPONSORSHIP_WITHDRAWN"
	ActTypeProposalHidden               ActType = "PROPOSAL_HIDDEN"
	ActTypeProposalRestored             ActType = "PROPOSAL_RESTORED"
	ActTypeProposalReportsDismissed     ActType = "PROPOSAL_REPORTS_DISMISSED"
	ActTypeRatingGiven                  ActType = "RATING_GIVEN"
	ActTypeReportRequested              ActType = "REPORT_REQUESTED"
	ActTypeReportReady                  ActType = "REPORT_READY"
	ActTypeReportFailed                 ActType = "REPORT_FAILED"
	ActTypeRiskAdded                    ActType = "RISK_ADDED"
	ActTypeRiskEdited                   ActType = "RISK_EDITED"
	ActTypeRiskTreated                  ActType = "RISK_TREATED"
	ActTypeRiskRemoved                  ActType = "RISK_REMOVED"
	ActTypeRiskAccepted                 ActType = "RISK_ACCEPTED"
	ActTypeAssessmentSignerAppointed    ActType = "ASSESSMENT_SIGNER_APPOINTED"
	ActTypeAssessmentSignerDismissed    ActType = "ASSESSMENT_SIGNER_DISMISSED"
	ActTypeAssessmentConflictDeclared   ActType = "ASSESSMENT_CONFLICT_DECLARED"
	ActTypeAssessmentSigned             ActType = "ASSESSMENT_SIGNED"
	ActTypeAssessmentApproved           ActType = "ASSESSMENT_APPROVED"
	ActTypeSynthesisPublished           ActType = "SYNTHESIS_PUBLISHED"
	ActTypeSynthesisObjected            ActType = "SYNTHESIS_OBJECTED"
	ActTypeSynthesisAnswered            ActType = "SYNTHESIS_ANSWERED"
	ActTypeTemplateImported             ActType = "TEMPLATE_IMPORTED"
	ActTypeTemplateActivated            ActType = "TEMPLATE_ACTIVATED"
	ActTypeTemplateRetired              ActType = "TEMPLATE_RETIRED"
	ActTypeTieDeclared                  ActType = "TIE_DECLARED"
	ActTypeTieEnded                     ActType = "TIE_ENDED"
	ActTypeWebhookRegistered            ActType = "WEBHOOK_REGISTERED"
	ActTypeWebhookChallenged            ActType = "WEBHOOK_CHALLENGED"
	ActTypeWebhookVerified              ActType = "WEBHOOK_VERIFIED"
	ActTypeWebhookUpdated               ActType = "WEBHOOK_UPDATED"
	ActTypeWebhookSecretRotated         ActType = "WEBHOOK_SECRET_ROTATED"
	ActTypeWebhookEnabled               ActType = "WEBHOOK_ENABLED"
	ActTypeWebhookDisabled              ActType = "WEBHOOK_DISABLED"
	ActTypeWebhookDeleted               ActType = "WEBHOOK_DELETED"
	ActTypeWebhookReplayed              ActType = "WEBHOOK_REPLAYED"
	ActTypeWebhookDeliveryRetried       ActType = "WEBHOOK_DELIVERY_RETRIED"
	ActTypeWebhookDeliverySkipped       ActType = "WEBHOOK_DELIVERY_SKIPPED"
)

// ActTypeDescriptions says what the values of ActType mean.
var ActTypeDescriptions = map[ActType]string{
	ActTypeAccessRevoked:                "A token, a person's tokens or a person's role were taken back; only auditors see this act.",
	ActTypeAmendmentDrafted:             "An amendment was drafted.",
	ActTypeAmendmentEdited:              "An amendment's text has changed.",
	ActTypeAmendmentProposed:            "An amendment was proposed.",
	ActTypeAmendmentAccepted:            "An amendment was accepted: it is a version of the proposal.",
	ActTypeAmendmentRejected:            "An amendment was rejected, with a reason.",
	ActTypeAmendmentWithdrawn:           "An amendment was withdrawn.",
	ActTypeAmendmentPromoted:            "A rejected amendment has become a proposal of its own.",
	ActTypeAmendmentHidden:              "An amendment was hidden, with a reason.",
	ActTypeAmendmentRestored:            "An amendment was restored, with a reason.",
	ActTypeAmendmentReportsDismissed:    "The reports of an amendment were dismissed, with a reason.",
	ActTypeAssessmentDrafted:            "An impact assessment was drafted.",
	ActTypeAssessmentImported:           "An impact assessment was imported from elsewhere.",
	ActTypeAssessmentEdited:             "The title of an impact assessment has changed.",
	ActTypeAssessmentAnswered:           "Questions of an impact assessment were answered.",
	ActTypeAssessmentRedacted:           "What is withheld of an impact assessment has changed.",
	ActTypeAssessmentConsultationOpened: "The consultation on an impact assessment was opened.",
	ActTypeAssessmentRecalled:           "An impact assessment was taken back from consultation.",
	ActTypeAssessmentSubmitted:          "An impact assessment was submitted for review.",
	ActTypeAssessmentReturned:           "An impact assessment was returned.",
	ActTypeAssessmentPublished:          "An impact assessment was published.",
	ActTypeAssessmentWithdrawn:          "An impact assessment was withdrawn.",
	ActTypeAssessmentRevoked:            "An impact assessment was revoked.",
	ActTypeAssessmentRenewed:            "An impact assessment was begun anew from a published one.",
	ActTypeAssessmentOutdated:           "An impact assessment is out of date.",
	ActTypeAssessmentSuperseded:         "A newer impact assessment took the place of this one.",
	ActTypeAssignmentCreated:            "Work was assigned to a member of a party; only that party sees this act, and auditors and admins.",
	ActTypeAssignmentSubmitted:          "The work of an assignment was handed in.",
	ActTypeAssignmentReturned:           "The work of an assignment was sent back.",
	ActTypeAssignmentFinished:           "The work of an assignment was accepted.",
	ActTypeAssignmentHandedOver:         "An assignment was given to another member.",
	ActTypeAssignmentWithdrawn:          "An assignment was taken back.",
	ActTypeAuthorshipInvited:            "A party was invited to be a co-author of a proposal; unless it accepts, only it and the proposing party see this act, and auditors and admins.",
	ActTypeAuthorshipAccepted:           "A party is a co-author of a proposal.",
	ActTypeAuthorshipLeft:               "A party is no co-author of a proposal any more, or has declined to be one.",
	ActTypeBallotOpened:                 "A ballot was opened.",
	ActTypeBallotCast:                   "A paper was cast in a ballot; only its party, the one that has cast it for it, and auditors see this act.",
	ActTypeBallotProxyAppointed:         "A party has put its paper into another's hands.",
	ActTypeBallotProxyRevoked:           "A party has taken its paper back.",
	ActTypeBallotRecused:                "A party takes no part in a ballot, with a reason.",
	ActTypeBallotRollObjected:           "A party objects to the roll of a ballot.",
	ActTypeBallotVoided:                 "A ballot was ended without a count, with a reason.",
	ActTypeBallotCounted:                "A ballot was counted.",
	ActTypeBallotAnswered:               "An objection on which an adoption waited was answered.",
	ActTypeCallOpened:                   "Firms were called on for assessments.",
	ActTypeCallExtended:                 "Firms that are called were given more time.",
	ActTypeCallFirmAdded:                "One more firm was called on.",
	ActTypeCallClosed:                   "A call was ended.",
	ActTypeCallWithdrawn:                "A call was taken back.",
	ActTypeCalledfirmClaimed:            "A firm said that a call does not apply to it.",
	ActTypeCalledfirmExempted:           "It was accepted that a call does not apply to a firm.",
	ActTypeCalledfirmRefused:            "It was refused that a call does not apply to a firm.",
	ActTypeCalledfirmAnswered:           "A firm has filed what answers a call.",
	ActTypeCalledfirmReopened:           "What answered a call was sent back to the firm.",
	ActTypeCalledfirmReminded:           "A firm was reminded of a call, 14 or 3 days before its date.",
	ActTypeCommentPosted:                "A comment was posted.",
	ActTypeCommentImported:              "A comment made elsewhere was imported.",
	ActTypeCommentVoted:                 "Your party has voted on a comment.",
	ActTypeCommentVoteRetracted:         "Your party has taken back its vote on a comment.",
	ActTypeCommentTallied:               "A comment was voted on, or votes on it were taken back: its tally has changed. Written for each comment at most every two seconds. It names nobody.",
	ActTypeCommentEdited:                "A comment was edited by the party that wrote it.",
	ActTypeCommentWithdrawn:             "A comment was withdrawn by the party that wrote it.",
	ActTypeCommentTranslated:            "A comment was translated.",
	ActTypeCommentDisposed:              "It was said what became of a comment, with a reason.",
	ActTypeCommentLeftGroup:             "A comment was taken out of its group by the party that wrote it.",
	ActTypeCommentHidden:                "A comment was hidden, with a reason.",
	ActTypeCommentRestored:              "A comment was restored, with a reason.",
	ActTypeCommitmentMade:               "What a firm has accepted to do was adopted.",
	ActTypeCommitmentReported:           "A firm said how a commitment stands.",
	ActTypeCommitmentDropped:            "A firm gave up a commitment, or it was replaced.",
	ActTypeCommitmentLate:               "A milestone of a commitment is late.",
	ActTypeContentreportFiled:           "Something was reported to moderators. Only they see this act, the party that reported, and oversight.",
	ActTypeCommentReportsDismissed:      "The reports of a comment were dismissed, with a reason.",
	ActTypeDecisionruleDefined:          "A version of a decision rule was defined.",
	ActTypeDialogueConvened:             "A dialogue was convened.",
	ActTypeDialogueInvited:              "Parties were invited to a dialogue.",
	ActTypeDialogueUninvited:            "Invitations to a dialogue were taken back.",
	ActTypeDialogueUpdated:              "A dialogue's title, brief or phases were changed, with a reason.",
	ActTypeDialogueOpened:               "A dialogue was opened.",
	ActTypeDialogueClosed:               "A dialogue was closed, with its outcome.",
	ActTypeDialogueReopened:             "A dialogue continues in a further round.",
	ActTypeDialoguePhaseBegan:           "A phase of a dialogue began.",
	ActTypeDialoguePhaseEnded:           "A phase of a dialogue ended.",
	ActTypeDialogueImported:             "A dialogue held elsewhere was imported.",
	ActTypeFileAttached:                 "A file was attached.",
	ActTypeFileRemoved:                  "A file was removed.",
	ActTypeFilingFiled:                  "An impact assessment was filed with a regulator.",
	ActTypeFilingAcknowledged:           "A regulator has acknowledged a filing.",
	ActTypeFilingReturned:               "A regulator has sent a filing back.",
	ActTypeFilingSuperseded:             "A newer assessment has taken the place of one that was filed.",
	ActTypeFilingOutdated:               "What was filed is out of date.",
	ActTypeFilingRevoked:                "What was filed was revoked.",
	ActTypeFrameworkDrafted:             "An ethical framework was drafted.",
	ActTypeFrameworkEdited:              "An ethical framework was changed.",
	ActTypeFrameworkSubmitted:           "An ethical framework was opened to input.",
	ActTypeFrameworkAdopted:             "An ethical framework was adopted.",
	ActTypeFrameworkSuperseded:          "An ethical framework was replaced by a later version.",
	ActTypeFrameworkReviewed:            "An ethical framework was reviewed.",
	ActTypeFrameworkRetired:             "An ethical framework was put out of force.",
	ActTypeFrameworkReviewDue:           "The review of an ethical framework is due.",
	ActTypeGuidelineAdopted:             "A guideline was adopted.",
	ActTypeGuidelineSuperseded:          "A guideline was replaced by another that was adopted.",
	ActTypeGuidelineRevised:             "A guideline was reviewed.",
	ActTypeGuidelineReviewDue:           "The review of a guideline is due.",
	ActTypeHidingAppealed:               "Who had its words hidden appealed. The act does not name it.",
	ActTypeHidingDecided:                "An appeal was decided, with a reason.",
	ActTypeHidingOverdue:                "An appeal was not decided in time.",
	ActTypeImportStarted:                "An import was started.",
	ActTypeImportFinished:               "An import was written, as a whole.",
	ActTypeImportFailed:                 "An import failed, and nothing of it was written.",
	ActTypeJourneyPlanned:               "A journey was planned.",
	ActTypeJourneyImported:              "A journey was imported from a file.",
	ActTypeJourneyEdited:                "A planned journey was changed.",
	ActTypeJourneyPublished:             "A journey was published.",
	ActTypeJourneyRetired:               "A journey was retired.",
	ActTypeLogKeyAdded:                  "A key starts to sign the log.",
	ActTypeLogKeyRetired:                "A key no longer signs the log.",
	ActTypeLogReopened:                  "The log continues under another name after a restore.",
	ActTypeMilestonePlanned:             "A milestone was planned.",
	ActTypeMilestoneReplanned:           "What a milestone is, or when it is due, was changed.",
	ActTypeMilestoneReported:            "A firm said how far a milestone has got.",
	ActTypeMitigationAdded:              "A mitigation of a risk was planned.",
	ActTypeMitigationEdited:             "What is planned to mitigate a risk has changed.",
	ActTypeMitigationRemoved:            "A mitigation was taken out of an impact assessment.",
	ActTypeMitigationRecorded:           "The firm said what became of a mitigation.",
	ActTypeMitigationVerified:           "A mitigation was found to work.",
	ActTypeOfficialresponseRequested:    "A firm or a regulator was asked for an official response to a proposal.",
	ActTypeOfficialresponseGiven:        "An official response was given.",
	ActTypeOfficialresponseLate:         "An official response is due, and was not given.",
	ActTypeOpinionGiven:                 "An opinion on an impact assessment was given.",
	ActTypeOpinionAnswered:              "The firm replied to an opinion.",
	ActTypeOpinionMarkedRead:            "The firm has read an opinion.",
	ActTypeStakeholderRegistered:        "A party was registered.",
	ActTypeStakeholderApproved:          "A party was admitted.",
	ActTypeStakeholderRejected:          "A party was not admitted, with a reason.",
	ActTypeStakeholderUpdated:           "A party has changed what it says of itself.",
	ActTypeStakeholderSuspended:         "A party was suspended, with a published reason.",
	ActTypePracticeProposed:             "A firm plans a practice.",
	ActTypePracticeRevised:              "A practice's text has changed.",
	ActTypePracticeTried:                "A practice is on trial with some customers.",
	ActTypePracticeActivated:            "A practice is in use.",
	ActTypePracticePaused:               "A practice was paused.",
	ActTypePracticeWithdrawn:            "A practice was withdrawn.",
	ActTypePersonErased:                 "A person's data was erased; only auditors see this act.",
	ActTypeProposalCommitmentAccepted:   "A firm accepted to do what a proposal says, if it is adopted.",
	ActTypeProposalDrafted:              "A proposal was drafted.",
	ActTypeProposalEdited:               "A proposal's text has changed.",
	ActTypeProposalSubmitted:            "A proposal was submitted.",
	ActTypeProposalTakenUp:              "A proposal is under review.",
	ActTypeProposalReturned:             "A proposal was returned, with a reason.",
	ActTypeProposalOpened:               "A proposal was opened to all.",
	ActTypeProposalWithdrawn:            "A proposal was withdrawn, with a reason.",
	ActTypeProposalSponsored:            "A party sponsors a version of a proposal.",
	ActTypeProposalSponsorshipWithdrawn: "A party does not sponsor a proposal any more.",
	ActTypeProposalHidden:               "A proposal was hidden, with a reason.",
	ActTypeProposalRestored:             "A proposal was restored, with a reason.",
	ActTypeProposalReportsDismissed:     "The reports of a proposal were dismissed, with a reason.",
	ActTypeRatingGiven:                  "A risk was rated. Only the party that did sees this act, beside auditors and admins.",
	ActTypeReportRequested:              "A report was asked for.",
	ActTypeReportReady:                  "A report was made: its files can be read.",
	ActTypeReportFailed:                 "A report failed.",
	ActTypeRiskAdded:                    "A risk was added to an impact assessment.",
	ActTypeRiskEdited:                   "What a risk says has changed.",
	ActTypeRiskTreated:                  "What is done about a risk has changed.",
	ActTypeRiskRemoved:                  "A risk was taken out of an impact assessment.",
	ActTypeRiskAccepted:                 "A risk was accepted as it is, until a time.",
	ActTypeAssessmentSignerAppointed:    "A signer of an impact assessment was appointed.",
	ActTypeAssessmentSignerDismissed:    "A signer of an impact assessment was dismissed.",
	ActTypeAssessmentConflictDeclared:   "Somebody has declared a conflict of interest in an impact assessment.",
	ActTypeAssessmentSigned:             "An impact assessment was signed.",
	ActTypeAssessmentApproved:           "An impact assessment was signed by the last whose signature it needs.",
	ActTypeSynthesisPublished:           "What was heard in a phase of a dialogue was published.",
	ActTypeSynthesisObjected:            "A party said that it was not heard.",
	ActTypeSynthesisAnswered:            "A party that was not heard was answered.",
	ActTypeTemplateImported:             "A template was imported.",
	ActTypeTemplateActivated:            "A template was put in use.",
	ActTypeTemplateRetired:              "A template was retired.",
	ActTypeTieDeclared:                  "A party has declared what binds it to another.",
	ActTypeTieEnded:                     "A tie between two parties has ended.",
	ActTypeWebhookRegistered:            "Your party has registered a webhook.",
	ActTypeWebhookChallenged:            "A challenge was requested.",
	ActTypeWebhookVerified:              "A webhook's receiver has echoed its challenge.",
	ActTypeWebhookUpdated:               "A webhook was changed.",
	ActTypeWebhookSecretRotated:         "A webhook has a new secret.",
	ActTypeWebhookEnabled:               "A webhook was enabled.",
	ActTypeWebhookDisabled:              "A webhook was disabled, by your party or by the server.",
	ActTypeWebhookDeleted:               "A webhook was deleted.",
	ActTypeWebhookReplayed:              "A part of the log is sent to a webhook again.",
	ActTypeWebhookDeliveryRetried:       "A dead letter is sent again.",
	ActTypeWebhookDeliverySkipped:       "An event was skipped by hand.",
}

// Action: Something that can be done, named for the noun and the verb. The public policy says who may.
type Action string

// The values of Action.
const (
	ActionAccessRevoke                Action = "ACCESS_REVOKE"
	ActionAmendmentDraft              Action = "AMENDMENT_DRAFT"
	ActionAmendmentEdit               Action = "AMENDMENT_EDIT"
	ActionAmendmentPropose            Action = "AMENDMENT_PROPOSE"
	ActionAmendmentAccept             Action = "AMENDMENT_ACCEPT"
	ActionAmendmentReject             Action = "AMENDMENT_REJECT"
	ActionAmendmentWithdraw           Action = "AMENDMENT_WITHDRAW"
	ActionAmendmentPromote            Action = "AMENDMENT_PROMOTE"
	ActionAmendmentHide               Action = "AMENDMENT_HIDE"
	ActionAmendmentRestore            Action = "AMENDMENT_RESTORE"
	ActionAmendmentReport             Action = "AMENDMENT_REPORT"
	ActionAmendmentDismissReports     Action = "AMENDMENT_DISMISS_REPORTS"
	ActionAssessmentDraft             Action = "ASSESSMENT_DRAFT"
	ActionAssessmentEdit              Action = "ASSESSMENT_EDIT"
	ActionAssessmentAnswer            Action = "ASSESSMENT_ANSWER"
	ActionAssessmentRedact            Action = "ASSESSMENT_REDACT"
	ActionAssessmentAttachEvidence    Action = "ASSESSMENT_ATTACH_EVIDENCE"
	ActionAssessmentRemoveEvidence    Action = "ASSESSMENT_REMOVE_EVIDENCE"
	ActionAssessmentOpenConsultation  Action = "ASSESSMENT_OPEN_CONSULTATION"
	ActionAssessmentRecall            Action = "ASSESSMENT_RECALL"
	ActionAssessmentSubmit            Action = "ASSESSMENT_SUBMIT"
	ActionAssessmentReturn            Action = "ASSESSMENT_RETURN"
	ActionAssessmentPublish           Action = "ASSESSMENT_PUBLISH"
	ActionAssessmentWithdraw          Action = "ASSESSMENT_WITHDRAW"
	ActionAssessmentRenew             Action = "ASSESSMENT_RENEW"
	ActionAssessmentRevoke            Action = "ASSESSMENT_REVOKE"
	ActionAssignmentCreate            Action = "ASSIGNMENT_CREATE"
	ActionAssignmentSubmit            Action = "ASSIGNMENT_SUBMIT"
	ActionAssignmentReturn            Action = "ASSIGNMENT_RETURN"
	ActionAssignmentFinish            Action = "ASSIGNMENT_FINISH"
	ActionAssignmentHandOver          Action = "ASSIGNMENT_HAND_OVER"
	ActionAssignmentWithdraw          Action = "ASSIGNMENT_WITHDRAW"
	ActionAuthorshipInvite            Action = "AUTHORSHIP_INVITE"
	ActionAuthorshipAccept            Action = "AUTHORSHIP_ACCEPT"
	ActionAuthorshipLeave             Action = "AUTHORSHIP_LEAVE"
	ActionBallotOpen                  Action = "BALLOT_OPEN"
	ActionBallotCast                  Action = "BALLOT_CAST"
	ActionBallotAppointProxy          Action = "BALLOT_APPOINT_PROXY"
	ActionBallotRevokeProxy           Action = "BALLOT_REVOKE_PROXY"
	ActionBallotRecuse                Action = "BALLOT_RECUSE"
	ActionBallotObject                Action = "BALLOT_OBJECT"
	ActionBallotVoid                  Action = "BALLOT_VOID"
	ActionBallotAnswer                Action = "BALLOT_ANSWER"
	ActionCallOpen                    Action = "CALL_OPEN"
	ActionCallExtend                  Action = "CALL_EXTEND"
	ActionCallAddFirm                 Action = "CALL_ADD_FIRM"
	ActionCallClose                   Action = "CALL_CLOSE"
	ActionCallWithdraw                Action = "CALL_WITHDRAW"
	ActionCalledfirmAnswer            Action = "CALLEDFIRM_ANSWER"
	ActionCalledfirmDecide            Action = "CALLEDFIRM_DECIDE"
	ActionCommentPost                 Action = "COMMENT_POST"
	ActionCommentVote                 Action = "COMMENT_VOTE"
	ActionCommentRetractVote          Action = "COMMENT_RETRACT_VOTE"
	ActionCommentEdit                 Action = "COMMENT_EDIT"
	ActionCommentWithdraw             Action = "COMMENT_WITHDRAW"
	ActionCommentTranslate            Action = "COMMENT_TRANSLATE"
	ActionCommentDispose              Action = "COMMENT_DISPOSE"
	ActionCommentLeaveGroup           Action = "COMMENT_LEAVE_GROUP"
	ActionCommentHide                 Action = "COMMENT_HIDE"
	ActionCommentRestore              Action = "COMMENT_RESTORE"
	ActionCommitmentReport            Action = "COMMITMENT_REPORT"
	ActionCommitmentDrop              Action = "COMMITMENT_DROP"
	ActionCommentReport               Action = "COMMENT_REPORT"
	ActionCommentDismissReports       Action = "COMMENT_DISMISS_REPORTS"
	ActionDecisionruleDefine          Action = "DECISIONRULE_DEFINE"
	ActionDialogueMarkRead            Action = "DIALOGUE_MARK_READ"
	ActionDialogueConvene             Action = "DIALOGUE_CONVENE"
	ActionDialogueInvite              Action = "DIALOGUE_INVITE"
	ActionDialogueUninvite            Action = "DIALOGUE_UNINVITE"
	ActionDialogueUpdate              Action = "DIALOGUE_UPDATE"
	ActionDialogueOpen                Action = "DIALOGUE_OPEN"
	ActionDialogueClose               Action = "DIALOGUE_CLOSE"
	ActionDialogueReopen              Action = "DIALOGUE_REOPEN"
	ActionFileUpload                  Action = "FILE_UPLOAD"
	ActionFilingFile                  Action = "FILING_FILE"
	ActionFilingAcknowledge           Action = "FILING_ACKNOWLEDGE"
	ActionFilingReturn                Action = "FILING_RETURN"
	ActionFrameworkDraft              Action = "FRAMEWORK_DRAFT"
	ActionFrameworkDraftCommon        Action = "FRAMEWORK_DRAFT_COMMON"
	ActionFrameworkEdit               Action = "FRAMEWORK_EDIT"
	ActionFrameworkSubmit             Action = "FRAMEWORK_SUBMIT"
	ActionFrameworkAdopt              Action = "FRAMEWORK_ADOPT"
	ActionFrameworkReview             Action = "FRAMEWORK_REVIEW"
	ActionFrameworkRetire             Action = "FRAMEWORK_RETIRE"
	ActionGuidelineRevise             Action = "GUIDELINE_REVISE"
	ActionHidingAppeal                Action = "HIDING_APPEAL"
	ActionHidingDecide                Action = "HIDING_DECIDE"
	ActionImportStart                 Action = "IMPORT_START"
	ActionAssessmentImport            Action = "ASSESSMENT_IMPORT"
	ActionDialogueImport              Action = "DIALOGUE_IMPORT"
	ActionJourneyPlan                 Action = "JOURNEY_PLAN"
	ActionJourneyImport               Action = "JOURNEY_IMPORT"
	ActionJourneyEdit                 Action = "JOURNEY_EDIT"
	ActionJourneyPublish              Action = "JOURNEY_PUBLISH"
	ActionJourneyRetire               Action = "JOURNEY_RETIRE"
	ActionMilestonePlan               Action = "MILESTONE_PLAN"
	ActionMilestoneReplan             Action = "MILESTONE_REPLAN"
	ActionMilestoneReport             Action = "MILESTONE_REPORT"
	ActionMitigationAdd               Action = "MITIGATION_ADD"
	ActionMitigationEdit              Action = "MITIGATION_EDIT"
	ActionMitigationRemove            Action = "MITIGATION_REMOVE"
	ActionMitigationRecord            Action = "MITIGATION_RECORD"
	ActionMitigationVerify            Action = "MITIGATION_VERIFY"
	ActionOfficialresponseRequest     Action = "OFFICIALRESPONSE_REQUEST"
	ActionOfficialresponseGive        Action = "OFFICIALRESPONSE_GIVE"
	ActionOpinionGive                 Action = "OPINION_GIVE"
	ActionOpinionReply                Action = "OPINION_REPLY"
	ActionOpinionMarkRead             Action = "OPINION_MARK_READ"
	ActionStakeholderRegister         Action = "STAKEHOLDER_REGISTER"
	ActionStakeholderApprove          Action = "STAKEHOLDER_APPROVE"
	ActionStakeholderReject           Action = "STAKEHOLDER_REJECT"
	ActionStakeholderUpdate           Action = "STAKEHOLDER_UPDATE"
	ActionStakeholderSuspend          Action = "STAKEHOLDER_SUSPEND"
	ActionPracticePropose             Action = "PRACTICE_PROPOSE"
	ActionPracticeRevise              Action = "PRACTICE_REVISE"
	ActionPracticeTry                 Action = "PRACTICE_TRY"
	ActionPracticeActivate            Action = "PRACTICE_ACTIVATE"
	ActionPracticePause               Action = "PRACTICE_PAUSE"
	ActionPracticeWithdraw            Action = "PRACTICE_WITHDRAW"
	ActionMemberErase                 Action = "MEMBER_ERASE"
	ActionProposalAcceptCommitment    Action = "PROPOSAL_ACCEPT_COMMITMENT"
	ActionProposalDraft               Action = "PROPOSAL_DRAFT"
	ActionProposalEdit                Action = "PROPOSAL_EDIT"
	ActionProposalSubmit              Action = "PROPOSAL_SUBMIT"
	ActionProposalTakeUp              Action = "PROPOSAL_TAKE_UP"
	ActionProposalReturn              Action = "PROPOSAL_RETURN"
	ActionProposalOpen                Action = "PROPOSAL_OPEN"
	ActionProposalWithdraw            Action = "PROPOSAL_WITHDRAW"
	ActionProposalSponsor             Action = "PROPOSAL_SPONSOR"
	ActionProposalWithdrawSponsorship Action = "PROPOSAL_WITHDRAW_SPONSORSHIP"
	ActionProposalHide                Action = "PROPOSAL_HIDE"
	ActionProposalRestore             Action = "PROPOSAL_RESTORE"
	ActionProposalReport              Action = "PROPOSAL_REPORT"
	ActionProposalDismissReports      Action = "PROPOSAL_DISMISS_REPORTS"
	ActionRatingGive                  Action = "RATING_GIVE"
	ActionReportRequest               Action = "REPORT_REQUEST"
	ActionRiskAdd                     Action = "RISK_ADD"
	ActionRiskEdit                    Action = "RISK_EDIT"
	ActionRiskTreat                   Action = "RISK_TREAT"
	ActionRiskRemove                  Action = "RISK_REMOVE"
	ActionRiskAccept                  Action = "RISK_ACCEPT"
	ActionAssessmentAppointSigner     Action = "ASSESSMENT_APPOINT_SIGNER"
	ActionAssessmentDismissSigner     Action = "ASSESSMENT_DISMISS_SIGNER"
	ActionAssessmentDeclareConflict   Action = "ASSESSMENT_DECLARE_CONFLICT"
	ActionAssessmentSignOff           Action = "ASSESSMENT_SIGN_OFF"
	ActionSynthesisPublish            Action = "SYNTHESIS_PUBLISH"
	ActionSynthesisObject             Action = "SYNTHESIS_OBJECT"
	ActionSynthesisAnswer             Action = "SYNTHESIS_ANSWER"
	ActionTemplateImport              Action = "TEMPLATE_IMPORT"
	ActionTemplateActivate            Action = "TEMPLATE_ACTIVATE"
	ActionTemplateRetire              Action = "TEMPLATE_RETIRE"
	ActionTieDeclare                  Action = "TIE_DECLARE"
	ActionTieEnd                      Action = "TIE_END"
	ActionWebhookRegister             Action = "WEBHOOK_REGISTER"
	ActionWebhookVerify               Action = "WEBHOOK_VERIFY"
	ActionWebhookUpdate               Action = "WEBHOOK_UPDATE"
	ActionWebhookRotateSecret         Action = "WEBHOOK_ROTATE_SECRET"
	ActionWebhookEnable               Action = "WEBHOOK_ENABLE"
	ActionWebhookDisable              Action = "WEBHOOK_DISABLE"
	ActionWebhookDelete               Action = "WEBHOOK_DELETE"
	ActionWebhookReplay               Action = "WEBHOOK_REPLAY"
	ActionWebhookRetryDelivery        Action = "WEBHOOK_RETRY_DELIVERY"
	ActionWebhookSkipDelivery         Action = "WEBHOOK_SKIP_DELIVERY"
)

// ActionDescriptions says what the values of Action mean.
var ActionDescriptions = map[Action]string{
	ActionAccessRevoke:                "Take back tokens or a role.",
	ActionAmendmentDraft:              "Draft an amendment of a proposal.",
	ActionAmendmentEdit:               "Change the text of an amendment.",
	ActionAmendmentPropose:            "Propose an amendment.",
	ActionAmendmentAccept:             "Accept an amendment as a version of the proposal.",
	ActionAmendmentReject:             "Reject an amendment.",
	ActionAmendmentWithdraw:           "Withdraw an amendment.",
	ActionAmendmentPromote:            "Make a rejected amendment a proposal of its own.",
	ActionAmendmentHide:               "Hide an amendment.",
	ActionAmendmentRestore:            "Show an amendment again.",
	ActionAmendmentReport:             "Report an amendment.",
	ActionAmendmentDismissReports:     "Dismiss the reports of an amendment.",
	ActionAssessmentDraft:             "Begin an impact assessment of a practice or a proposal.",
	ActionAssessmentEdit:              "Change the title of an impact assessment.",
	ActionAssessmentAnswer:            "Answer questions of an impact assessment.",
	ActionAssessmentRedact:            "Say what of an impact assessment is withheld.",
	ActionAssessmentAttachEvidence:    "Attach a file to an answer of an impact assessment.",
	ActionAssessmentRemoveEvidence:    "Remove a file from an answer of an impact assessment.",
	ActionAssessmentOpenConsultation:  "Open the consultation on an impact assessment.",
	ActionAssessmentRecall:            "Take an impact assessment back from consultation.",
	ActionAssessmentSubmit:            "Submit an impact assessment for review.",
	ActionAssessmentReturn:            "Send an impact assessment back.",
	ActionAssessmentPublish:           "Publish an impact assessment.",
	ActionAssessmentWithdraw:          "Withdraw an impact assessment.",
	ActionAssessmentRenew:             "Make an impact assessment anew.",
	ActionAssessmentRevoke:            "Revoke an impact assessment.",
	ActionAssignmentCreate:            "Assign work to a member of one's own party.",
	ActionAssignmentSubmit:            "Hand in the work of an assignment.",
	ActionAssignmentReturn:            "Send the work of an assignment back.",
	ActionAssignmentFinish:            "Accept the work of an assignment.",
	ActionAssignmentHandOver:          "Give an assignment to another member.",
	ActionAssignmentWithdraw:          "Take back an assignment.",
	ActionAuthorshipInvite:            "Invite a party to be a co-author of a proposal.",
	ActionAuthorshipAccept:            "Accept to be a co-author of a proposal.",
	ActionAuthorshipLeave:             "Leave the authors of a proposal, or decline to be one.",
	ActionBallotOpen:                  "Open a ballot on a proposal.",
	ActionBallotCast:                  "Cast a paper in a ballot.",
	ActionBallotAppointProxy:          "Put one's paper into another's hands.",
	ActionBallotRevokeProxy:           "Take one's paper back.",
	ActionBallotRecuse:                "Take no part in a ballot.",
	ActionBallotObject:                "Object to the roll of a ballot.",
	ActionBallotVoid:                  "End a ballot without a count.",
	ActionBallotAnswer:                "Answer the objection on which an adoption waits.",
	ActionCallOpen:                    "Call on firms for assessments.",
	ActionCallExtend:                  "Give the firms that are called more time.",
	ActionCallAddFirm:                 "Call on one more firm.",
	ActionCallClose:                   "End a call.",
	ActionCallWithdraw:                "Take a call back.",
	ActionCalledfirmAnswer:            "Say that a call does not apply.",
	ActionCalledfirmDecide:            "Decide whether a call applies to a firm.",
	ActionCommentPost:                 "Comment on something, or reply to a comment.",
	ActionCommentVote:                 "Vote on a comment.",
	ActionCommentRetractVote:          "Take back a vote on a comment.",
	ActionCommentEdit:                 "Change the text of a comment.",
	ActionCommentWithdraw:             "Withdraw a comment.",
	ActionCommentTranslate:            "Translate a comment.",
	ActionCommentDispose:              "Say what became of a comment.",
	ActionCommentLeaveGroup:           "Take a comment out of its group.",
	ActionCommentHide:                 "Hide a comment.",
	ActionCommentRestore:              "Show a comment again.",
	ActionCommitmentReport:            "Say how a commitment stands.",
	ActionCommitmentDrop:              "Give up a commitment.",
	ActionCommentReport:               "Report a comment.",
	ActionCommentDismissReports:       "Dismiss the reports of a comment.",
	ActionDecisionruleDefine:          "Define a decision rule.",
	ActionDialogueMarkRead:            "Mark a dialogue as read.",
	ActionDialogueConvene:             "Convene a dialogue.",
	ActionDialogueInvite:              "Invite parties to a dialogue.",
	ActionDialogueUninvite:            "Take back invitations to a dialogue.",
	ActionDialogueUpdate:              "Change a dialogue.",
	ActionDialogueOpen:                "Open a dialogue.",
	ActionDialogueClose:               "Close a dialogue.",
	ActionDialogueReopen:              "Open a closed dialogue for a new round.",
	ActionFileUpload:                  "Send a file, to attach it to something.",
	ActionFilingFile:                  "File an impact assessment with a regulator.",
	ActionFilingAcknowledge:           "Acknowledge a filing.",
	ActionFilingReturn:                "Send a filing back.",
	ActionFrameworkDraft:              "Draft an ethical framework.",
	ActionFrameworkDraftCommon:        "Draft an ethical framework of the commons.",
	ActionFrameworkEdit:               "Change an ethical framework.",
	ActionFrameworkSubmit:             "Open an ethical framework to input.",
	ActionFrameworkAdopt:              "Adopt an ethical framework.",
	ActionFrameworkReview:             "Say what a review of an ethical framework found.",
	ActionFrameworkRetire:             "Put an ethical framework out of force.",
	ActionGuidelineRevise:             "Say what a review of a guideline has found.",
	ActionHidingAppeal:                "Appeal against a hiding.",
	ActionHidingDecide:                "Decide an appeal.",
	ActionImportStart:                 "Start an import that was checked.",
	ActionAssessmentImport:            "Import impact assessments of a practice or a proposal of one's own firm.",
	ActionDialogueImport:              "Import a consultation that was held elsewhere as a dialogue.",
	ActionJourneyPlan:                 "Write a planned journey.",
	ActionJourneyImport:               "Import a journey, planned or actual.",
	ActionJourneyEdit:                 "Change a planned journey.",
	ActionJourneyPublish:              "Publish a journey.",
	ActionJourneyRetire:               "Say that a journey is not so any more.",
	ActionMilestonePlan:               "Plan a milestone of a commitment.",
	ActionMilestoneReplan:             "Change what a milestone is, or when it is due.",
	ActionMilestoneReport:             "Say how far a milestone has got.",
	ActionMitigationAdd:               "Plan a mitigation of a risk.",
	ActionMitigationEdit:              "Change what is planned to mitigate a risk.",
	ActionMitigationRemove:            "Take a mitigation out of an impact assessment.",
	ActionMitigationRecord:            "Record what became of a mitigation.",
	ActionMitigationVerify:            "Say that a mitigation works.",
	ActionOfficialresponseRequest:     "Ask for an official response to a proposal.",
	ActionOfficialresponseGive:        "Give an official response.",
	ActionOpinionGive:                 "Give an opinion on an impact assessment.",
	ActionOpinionReply:                "Reply to an opinion.",
	ActionOpinionMarkRead:             "Mark an opinion as read.",
	ActionStakeholderRegister:         "Register a party.",
	ActionStakeholderApprove:          "Admit a party.",
	ActionStakeholderReject:           "Not admit a party.",
	ActionStakeholderUpdate:           "Change what a party says of itself.",
	ActionStakeholderSuspend:          "Bar a party for now.",
	ActionPracticePropose:             "Declare a practice that is planned.",
	ActionPracticeRevise:              "Change the text of a practice.",
	ActionPracticeTry:                 "Try a practice with some customers.",
	ActionPracticeActivate:            "Put a practice into use.",
	ActionPracticePause:               "Stop a practice for now.",
	ActionPracticeWithdraw:            "End a practice for good.",
	ActionMemberErase:                 "Erase a person.",
	ActionProposalAcceptCommitment:    "Accept to do what a proposal says.",
	ActionProposalDraft:               "Draft a proposal in a dialogue.",
	ActionProposalEdit:                "Change the text of a proposal.",
	ActionProposalSubmit:              "Submit a proposal.",
	ActionProposalTakeUp:              "Take a proposal into review.",
	ActionProposalReturn:              "Send a proposal back.",
	ActionProposalOpen:                "Open a proposal to everybody who may read the dialogue.",
	ActionProposalWithdraw:            "Withdraw a proposal.",
	ActionProposalSponsor:             "Sponsor a proposal.",
	ActionProposalWithdrawSponsorship: "Take back the sponsorship of a proposal.",
	ActionProposalHide:                "Hide a proposal.",
	ActionProposalRestore:             "Show a proposal again.",
	ActionProposalReport:              "Report a proposal.",
	ActionProposalDismissReports:      "Dismiss the reports of a proposal.",
	ActionRatingGive:                  "Rate a risk of an impact assessment.",
	ActionReportRequest:               "Have a report made.",
	ActionRiskAdd:                     "Add a risk to an impact assessment.",
	ActionRiskEdit:                    "Change what a risk says.",
	ActionRiskTreat:                   "Change what is done about a risk.",
	ActionRiskRemove:                  "Take a risk out of an impact assessment.",
	ActionRiskAccept:                  "Accept a risk as it is, until a time.",
	ActionAssessmentAppointSigner:     "Appoint who is to sign an impact assessment.",
	ActionAssessmentDismissSigner:     "Dismiss a signer of an impact assessment.",
	ActionAssessmentDeclareConflict:   "Declare a conflict of interest in an impact assessment.",
	ActionAssessmentSignOff:           "Sign an impact assessment.",
	ActionSynthesisPublish:            "Publish what was heard in a phase of a dialogue.",
	ActionSynthesisObject:             "Say that one's party was not heard.",
	ActionSynthesisAnswer:             "Answer a party that was not heard.",
	ActionTemplateImport:              "Import a template of assessments.",
	ActionTemplateActivate:            "Put a template in use.",
	ActionTemplateRetire:              "Retire a template.",
	ActionTieDeclare:                  "Declare what binds one's party to another.",
	ActionTieEnd:                      "Say when a tie ended.",
	ActionWebhookRegister:             "Register a webhook.",
	ActionWebhookVerify:               "Have a challenge sent to a webhook.",
	ActionWebhookUpdate:               "Change a webhook.",
	ActionWebhookRotateSecret:         "Give a webhook a new secret.",
	ActionWebhookEnable:               "Enable a webhook.",
	ActionWebhookDisable:              "Disable a webhook.",
	ActionWebhookDelete:               "Delete a webhook.",
	ActionWebhookReplay:               "Send a part of the log to a webhook again.",
	ActionWebhookRetryDelivery:        "Send a dead letter again.",
	ActionWebhookSkipDelivery:         "Skip the event that fails.",
}

// AmendmentState: The state of an amendment.
type AmendmentState string

// The values of AmendmentState.
const (
	AmendmentStateDraft     AmendmentState = "DRAFT"
	AmendmentStateProposed  AmendmentState = "PROPOSED"
	AmendmentStateAccepted  AmendmentState = "ACCEPTED"
	AmendmentStateRejected  AmendmentState = "REJECTED"
	AmendmentStateWithdrawn AmendmentState = "WITHDRAWN"
	AmendmentStatePromoted  AmendmentState = "PROMOTED"
	AmendmentStateHidden    AmendmentState = "HIDDEN"
)

// AnswerPart: A part of an answer.
type AnswerPart string

// The values of AnswerPart.
const (
	AnswerPartValue    AnswerPart = "VALUE"
	AnswerPartNote     AnswerPart = "NOTE"
	AnswerPartEvidence AnswerPart = "EVIDENCE"
)

// AppealOutcome: What is decided on an appeal.
type AppealOutcome string

// The values of AppealOutcome.
const (
	AppealOutcomeUpheld     AppealOutcome = "UPHELD"
	AppealOutcomeOverturned AppealOutcome = "OVERTURNED"
)

// AssessmentCallState: The state of a call for assessments.
type AssessmentCallState string

// The values of AssessmentCallState.
const (
	AssessmentCallStateOpen      AssessmentCallState = "OPEN"
	AssessmentCallStateClosed    AssessmentCallState = "CLOSED"
	AssessmentCallStateWithdrawn AssessmentCallState = "WITHDRAWN"
)

// AssessmentGrouping: What assessments are counted by.
type AssessmentGrouping string

// The values of AssessmentGrouping.
const (
	AssessmentGroupingLevel    AssessmentGrouping = "LEVEL"
	AssessmentGroupingState    AssessmentGrouping = "STATE"
	AssessmentGroupingTemplate AssessmentGrouping = "TEMPLATE"
	AssessmentGroupingFirm     AssessmentGrouping = "FIRM"
)

// AssessmentPhase: The phase of its subject in which an assessment is made.
type AssessmentPhase string

// The values of AssessmentPhase.
const (
	AssessmentPhaseDesign         AssessmentPhase = "DESIGN"
	AssessmentPhaseImplementation AssessmentPhase = "IMPLEMENTATION"
)

// AssessmentTemplateState: The state of a version of an assessment template.
type AssessmentTemplateState string

// The values of AssessmentTemplateState.
const (
	AssessmentTemplateStateDraft   AssessmentTemplateState = "DRAFT"
	AssessmentTemplateStateActive  AssessmentTemplateState = "ACTIVE"
	AssessmentTemplateStateRetired AssessmentTemplateState = "RETIRED"
)

// AssignmentState: The state of an assignment.
type AssignmentState string

// The values of AssignmentState.
const (
	AssignmentStateAssigned  AssignmentState = "ASSIGNED"
	AssignmentStateSubmitted AssignmentState = "SUBMITTED"
	AssignmentStateReturned  AssignmentState = "RETURNED"
	AssignmentStateDone      AssignmentState = "DONE"
	AssignmentStateWithdrawn AssignmentState = "WITHDRAWN"
)

// AuthorshipState: Whether a party is a co-author of a proposal.
type AuthorshipState string

// The values of AuthorshipState.
const (
	AuthorshipStateInvited  AuthorshipState = "INVITED"
	AuthorshipStateAccepted AuthorshipState = "ACCEPTED"
	AuthorshipStateLeft     AuthorshipState = "LEFT"
)

// BallotSecrecy: Whether anybody learns what a party chose.
type BallotSecrecy string

// The values of BallotSecrecy.
const (
	BallotSecrecyOpen   BallotSecrecy = "OPEN"
	BallotSecrecySecret BallotSecrecy = "SECRET"
)

// BallotState: The state of a ballot.
type BallotState string

// The values of BallotState.
const (
	BallotStateOpen    BallotState = "OPEN"
	BallotStateCounted BallotState = "COUNTED"
	BallotStateVoid    BallotState = "VOID"
)

// CalledFirmState: What a called firm did, as it is recorded.
type CalledFirmState string

// The values of CalledFirmState.
const (
	CalledFirmStatePending  CalledFirmState = "PENDING"
	CalledFirmStateClaimed  CalledFirmState = "CLAIMED"
	CalledFirmStateExempt   CalledFirmState = "EXEMPT"
	CalledFirmStateAnswered CalledFirmState = "ANSWERED"
)

// CalledFirmStatus: How a called firm stands, by the time that it had.
type CalledFirmStatus string

// The values of CalledFirmStatus.
const (
	CalledFirmStatusPending       CalledFirmStatus = "PENDING"
	CalledFirmStatusClaimed       CalledFirmStatus = "CLAIMED"
	CalledFirmStatusNotApplicable CalledFirmStatus = "NOT_APPLICABLE"
	CalledFirmStatusFiled         CalledFirmStatus = "FILED"
	CalledFirmStatusLate          CalledFirmStatus = "LATE"
	CalledFirmStatusSilent        CalledFirmStatus = "SILENT"
)

// Capacity: In what capacity a person signs an assessment off.
type Capacity string

// The values of Capacity.
const (
	CapacityPeerReviewer           Capacity = "PEER_REVIEWER"
	CapacityDataScientist          Capacity = "DATA_SCIENTIST"
	CapacityDpo                    Capacity = "DPO"
	CapacityEthics                 Capacity = "ETHICS"
	CapacityLegal                  Capacity = "LEGAL"
	CapacityCustomerRepresentative Capacity = "CUSTOMER_REPRESENTATIVE"
	CapacityApprover               Capacity = "APPROVER"
)

// Channel: Where a touchpoint takes place.
type Channel string

// The values of Channel.
const (
	ChannelWeb      Channel = "WEB"
	ChannelApp      Channel = "APP"
	ChannelEmail    Channel = "EMAIL"
	ChannelPhone    Channel = "PHONE"
	ChannelInPerson Channel = "IN_PERSON"
	ChannelPost     Channel = "POST"
	ChannelSocial   Channel = "SOCIAL"
	ChannelOther    Channel = "OTHER"
)

// CommentOrder: How comments are ordered.
type CommentOrder string

// The values of CommentOrder.
const (
	CommentOrderOldest    CommentOrder = "OLDEST"
	CommentOrderNewest    CommentOrder = "NEWEST"
	CommentOrderAgreement CommentOrder = "AGREEMENT"
)

// CommentState: Whether a comment is shown.
type CommentState string

// The values of CommentState.
const (
	CommentStatePending   CommentState = "PENDING"
	CommentStateVisible   CommentState = "VISIBLE"
	CommentStateHidden    CommentState = "HIDDEN"
	CommentStateWithdrawn CommentState = "WITHDRAWN"
)

// CommitmentStatus: How a firm says that a commitment stands.
type CommitmentStatus string

// The values of CommitmentStatus.
const (
	CommitmentStatusPlanned CommitmentStatus = "PLANNED"
	CommitmentStatusOnTrack CommitmentStatus = "ON_TRACK"
	CommitmentStatusAtRisk  CommitmentStatus = "AT_RISK"
	CommitmentStatusDone    CommitmentStatus = "DONE"
	CommitmentStatusDropped CommitmentStatus = "DROPPED"
)

// ContentReportState: Whether a moderator has dealt with a report.
type ContentReportState string

// The values of ContentReportState.
const (
	ContentReportStateOpen    ContentReportState = "OPEN"
	ContentReportStateSettled ContentReportState = "SETTLED"
)

// DeadLetterState: The state of an event that the server gave up on.
type DeadLetterState string

// The values of DeadLetterState.
const (
	DeadLetterStateDead      DeadLetterState = "DEAD"
	DeadLetterStateRetrying  DeadLetterState = "RETRYING"
	DeadLetterStateDelivered DeadLetterState = "DELIVERED"
)

// DecisionOutcome: What a ballot under a rule decides.
type DecisionOutcome string

// The values of DecisionOutcome.
const (
	DecisionOutcomeAdopted             DecisionOutcome = "ADOPTED"
	DecisionOutcomeAdoptedOnceAnswered DecisionOutcome = "ADOPTED_ONCE_ANSWERED"
	DecisionOutcomeRejected            DecisionOutcome = "REJECTED"
	DecisionOutcomeNoQuorum            DecisionOutcome = "NO_QUORUM"
)

// DecisionRuleState: Whether a version of a decision rule is the newest of its key.
type DecisionRuleState string

// The values of DecisionRuleState.
const (
	DecisionRuleStateCurrent    DecisionRuleState = "CURRENT"
	DecisionRuleStateSuperseded DecisionRuleState = "SUPERSEDED"
)

// DeviationKind: How a path leaves a plan at a step.
type DeviationKind string

// The values of DeviationKind.
const (
	DeviationKindMissing   DeviationKind = "MISSING"
	DeviationKindAdded     DeviationKind = "ADDED"
	DeviationKindReordered DeviationKind = "REORDERED"
	DeviationKindRepeated  DeviationKind = "REPEATED"
)

// DialogueOrder: How dialogues are ordered.
type DialogueOrder string

// The values of DialogueOrder.
const (
	DialogueOrderNewest        DialogueOrder = "NEWEST"
	DialogueOrderUpdated       DialogueOrder = "UPDATED"
	DialogueOrderPublished     DialogueOrder = "PUBLISHED"
	DialogueOrderMostDiscussed DialogueOrder = "MOST_DISCUSSED"
	DialogueOrderClosingSoon   DialogueOrder = "CLOSING_SOON"
)

// DialogueState: The state of a dialogue.
type DialogueState string

// The values of DialogueState.
const (
	DialogueStateDraft  DialogueState = "DRAFT"
	DialogueStateOpen   DialogueState = "OPEN"
	DialogueStateClosed DialogueState = "CLOSED"
)

// DialogueVisibility: Who may read a dialogue.
type DialogueVisibility string

// The values of DialogueVisibility.
const (
	DialogueVisibilityPublic  DialogueVisibility = "PUBLIC"
	DialogueVisibilityInvited DialogueVisibility = "INVITED"
)

// DisclosureKey: What practices of some kinds have to tell those on whom they are used, before they are in use.
type DisclosureKey string

// The values of DisclosureKey.
const (
	DisclosureKeyPriceFactors DisclosureKey = "PRICE_FACTORS"
	DisclosureKeyClaims       DisclosureKey = "CLAIMS"
	DisclosureKeyTargeted     DisclosureKey = "TARGETED"
	DisclosureKeyStopping     DisclosureKey = "STOPPING"
	DisclosureKeyCollected    DisclosureKey = "COLLECTED"
	DisclosureKeySources      DisclosureKey = "SOURCES"
	DisclosureKeyRetention    DisclosureKey = "RETENTION"
	DisclosureKeySecurity     DisclosureKey = "SECURITY"
	DisclosureKeySteered      DisclosureKey = "STEERED"
	DisclosureKeyWayOut       DisclosureKey = "WAY_OUT"
)

// DispositionOutcome: What became of a comment.
type DispositionOutcome string

// The values of DispositionOutcome.
const (
	DispositionOutcomeAccepted       DispositionOutcome = "ACCEPTED"
	DispositionOutcomePartlyAccepted DispositionOutcome = "PARTLY_ACCEPTED"
	DispositionOutcomeRejected       DispositionOutcome = "REJECTED"
	DispositionOutcomeOutOfScope     DispositionOutcome = "OUT_OF_SCOPE"
)

// ErrorCode: The code of an error, in errors[].extensions.code. Mutations report expected failures as userErrors, with a UserErrorCode.
type ErrorCode string

// The values of ErrorCode.
const (
	ErrorCodeGraphqlParseFailed        ErrorCode = "GRAPHQL_PARSE_FAILED"
	ErrorCodeGraphqlValidationFailed   ErrorCode = "GRAPHQL_VALIDATION_FAILED"
	ErrorCodeBadUserInput              ErrorCode = "BAD_USER_INPUT"
	ErrorCodeNotFound                  ErrorCode = "NOT_FOUND"
	ErrorCodeForbidden                 ErrorCode = "FORBIDDEN"
	ErrorCodeForbiddenState            ErrorCode = "FORBIDDEN_STATE"
	ErrorCodeIdempotencyMismatch       ErrorCode = "IDEMPOTENCY_MISMATCH"
	ErrorCodeUnauthenticated           ErrorCode = "UNAUTHENTICATED"
	ErrorCodeCostLimitExceeded         ErrorCode = "COST_LIMIT_EXCEEDED"
	ErrorCodeDepthLimitExceeded        ErrorCode = "DEPTH_LIMIT_EXCEEDED"
	ErrorCodeQueryTooLarge             ErrorCode = "QUERY_TOO_LARGE"
	ErrorCodeResponseTooLarge          ErrorCode = "RESPONSE_TOO_LARGE"
	ErrorCodeRateLimited               ErrorCode = "RATE_LIMITED"
	ErrorCodePersistedDocumentNotFound ErrorCode = "PERSISTED_DOCUMENT_NOT_FOUND"
	ErrorCodeCursorMismatch            ErrorCode = "CURSOR_MISMATCH"
	ErrorCodeCursorExpired             ErrorCode = "CURSOR_EXPIRED"
	ErrorCodeResync                    ErrorCode = "RESYNC"
	ErrorCodeUnavailable               ErrorCode = "UNAVAILABLE"
	ErrorCodeDeadlineExceeded          ErrorCode = "DEADLINE_EXCEEDED"
	ErrorCodeInternal                  ErrorCode = "INTERNAL"
)

// FileState: What has become of a file.
type FileState string

// The values of FileState.
const (
	FileStateUploaded FileState = "UPLOADED"
	FileStateAttached FileState = "ATTACHED"
	FileStateRemoved  FileState = "REMOVED"
)

// FilingState: The state of a filing.
type FilingState string

// The values of FilingState.
const (
	FilingStateFiled        FilingState = "FILED"
	FilingStateAcknowledged FilingState = "ACKNOWLEDGED"
	FilingStateReturned     FilingState = "RETURNED"
)

// FindingCause: Why a finding is what it is, where its numbers do not tell.
type FindingCause string

// The values of FindingCause.
const (
	FindingCauseEmpty     FindingCause = "EMPTY"
	FindingCauseNoBase    FindingCause = "NO_BASE"
	FindingCauseDestroyed FindingCause = "DESTROYED"
)

// FrameworkState: The state of an ethical framework.
type FrameworkState string

// The values of FrameworkState.
const (
	FrameworkStateDraft      FrameworkState = "DRAFT"
	FrameworkStateInReview   FrameworkState = "IN_REVIEW"
	FrameworkStateAdopted    FrameworkState = "ADOPTED"
	FrameworkStateSuperseded FrameworkState = "SUPERSEDED"
	FrameworkStateRetired    FrameworkState = "RETIRED"
)

// GuidelineState: The state of a guideline.
type GuidelineState string

// The values of GuidelineState.
const (
	GuidelineStateInForce    GuidelineState = "IN_FORCE"
	GuidelineStateSuperseded GuidelineState = "SUPERSEDED"
)

// HidingState: How a hiding stands.
type HidingState string

// The values of HidingState.
const (
	HidingStateHidden     HidingState = "HIDDEN"
	HidingStateAppealed   HidingState = "APPEALED"
	HidingStateUpheld     HidingState = "UPHELD"
	HidingStateOverturned HidingState = "OVERTURNED"
	HidingStateRestored   HidingState = "RESTORED"
)

// HunkOp: What happened to a piece of text.
type HunkOp string

// The values of HunkOp.
const (
	HunkOpKeep   HunkOp = "KEEP"
	HunkOpDelete HunkOp = "DELETE"
	HunkOpInsert HunkOp = "INSERT"
)

// ImpactAssessmentOrder: How impact assessments are ordered.
type ImpactAssessmentOrder string

// The values of ImpactAssessmentOrder.
const (
	ImpactAssessmentOrderNewest    ImpactAssessmentOrder = "NEWEST"
	ImpactAssessmentOrderUpdated   ImpactAssessmentOrder = "UPDATED"
	ImpactAssessmentOrderPublished ImpactAssessmentOrder = "PUBLISHED"
)

// ImpactAssessmentState: The state of an impact assessment.
type ImpactAssessmentState string

// The values of ImpactAssessmentState.
const (
	ImpactAssessmentStateDraft            ImpactAssessmentState = "DRAFT"
	ImpactAssessmentStateInConsultation   ImpactAssessmentState = "IN_CONSULTATION"
	ImpactAssessmentStateInReview         ImpactAssessmentState = "IN_REVIEW"
	ImpactAssessmentStateChangesRequested ImpactAssessmentState = "CHANGES_REQUESTED"
	ImpactAssessmentStateApproved         ImpactAssessmentState = "APPROVED"
	ImpactAssessmentStatePublished        ImpactAssessmentState = "PUBLISHED"
	ImpactAssessmentStateOutdated         ImpactAssessmentState = "OUTDATED"
	ImpactAssessmentStateSuperseded       ImpactAssessmentState = "SUPERSEDED"
	ImpactAssessmentStateWithdrawn        ImpactAssessmentState = "WITHDRAWN"
	ImpactAssessmentStateRevoked          ImpactAssessmentState = "REVOKED"
)

// ImpactLevel: The level of impact, from I (little) to IV (very high).
type ImpactLevel string

// The values of ImpactLevel.
const (
	ImpactLevelI   ImpactLevel = "I"
	ImpactLevelIi  ImpactLevel = "II"
	ImpactLevelIii ImpactLevel = "III"
	ImpactLevelIv  ImpactLevel = "IV"
)

// ImportState: The state of an import.
type ImportState string

// The values of ImportState.
const (
	ImportStateChecked ImportState = "CHECKED"
	ImportStateRefused ImportState = "REFUSED"
	ImportStateRunning ImportState = "RUNNING"
	ImportStateDone    ImportState = "DONE"
	ImportStateFailed  ImportState = "FAILED"
)

// Initiator: Who begins a touchpoint.
type Initiator string

// The values of Initiator.
const (
	InitiatorCustomer   Initiator = "CUSTOMER"
	InitiatorProvider   Initiator = "PROVIDER"
	InitiatorThirdParty Initiator = "THIRD_PARTY"
)

// JourneyMode: Whether a journey is meant or was seen.
type JourneyMode string

// The values of JourneyMode.
const (
	JourneyModePlanned JourneyMode = "PLANNED"
	JourneyModeActual  JourneyMode = "ACTUAL"
)

// JourneyState: The state of a journey.
type JourneyState string

// The values of JourneyState.
const (
	JourneyStateDraft     JourneyState = "DRAFT"
	JourneyStatePublished JourneyState = "PUBLISHED"
	JourneyStateRetired   JourneyState = "RETIRED"
)

// Mandate: What a regulator does.
type Mandate string

// The values of Mandate.
const (
	MandateSupervision Mandate = "SUPERVISION"
	MandatePolicy      Mandate = "POLICY"
)

// MilestoneState: The state of a milestone.
type MilestoneState string

// The values of MilestoneState.
const (
	MilestoneStatePlanned MilestoneState = "PLANNED"
	MilestoneStateReached MilestoneState = "REACHED"
)

// MitigationState: What became of a mitigation.
type MitigationState string

// The values of MitigationState.
const (
	MitigationStatePlanned     MitigationState = "PLANNED"
	MitigationStateInProgress  MitigationState = "IN_PROGRESS"
	MitigationStateImplemented MitigationState = "IMPLEMENTED"
	MitigationStateVerified    MitigationState = "VERIFIED"
	MitigationStateDropped     MitigationState = "DROPPED"
	MitigationStateRemoved     MitigationState = "REMOVED"
)

// OfficialResponseState: The state of an official response.
type OfficialResponseState string

// The values of OfficialResponseState.
const (
	OfficialResponseStateRequested OfficialResponseState = "REQUESTED"
	OfficialResponseStateAnswered  OfficialResponseState = "ANSWERED"
)

// OpinionStance: What somebody thinks of a part of an impact assessment.
type OpinionStance string

// The values of OpinionStance.
const (
	OpinionStanceSupport    OpinionStance = "SUPPORT"
	OpinionStanceConcern    OpinionStance = "CONCERN"
	OpinionStanceObject     OpinionStance = "OBJECT"
	OpinionStanceNoPosition OpinionStance = "NO_POSITION"
)

// OpinionState: What became of an opinion.
type OpinionState string

// The values of OpinionState.
const (
	OpinionStateGiven    OpinionState = "GIVEN"
	OpinionStateRead     OpinionState = "READ"
	OpinionStateAnswered OpinionState = "ANSWERED"
	OpinionStateReplaced OpinionState = "REPLACED"
)

// PhaseKind: What a phase is for.
type PhaseKind string

// The values of PhaseKind.
const (
	PhaseKindFraming      PhaseKind = "FRAMING"
	PhaseKindConsultation PhaseKind = "CONSULTATION"
	PhaseKindProposals    PhaseKind = "PROPOSALS"
	PhaseKindDeliberation PhaseKind = "DELIBERATION"
	PhaseKindDecision     PhaseKind = "DECISION"
	PhaseKindFollowUp     PhaseKind = "FOLLOW_UP"
)

// PointCause: Why a question scores otherwise.
type PointCause string

// The values of PointCause.
const (
	PointCauseQuestionAdded   PointCause = "QUESTION_ADDED"
	PointCauseQuestionRemoved PointCause = "QUESTION_REMOVED"
	PointCauseQuestionChanged PointCause = "QUESTION_CHANGED"
	PointCauseAnswerAdded     PointCause = "ANSWER_ADDED"
	PointCauseAnswerRemoved   PointCause = "ANSWER_REMOVED"
	PointCauseAnswerChanged   PointCause = "ANSWER_CHANGED"
	PointCauseAppeared        PointCause = "APPEARED"
	PointCauseVanished        PointCause = "VANISHED"
)

// PracticeKind: The kind of practice.
type PracticeKind string

// The values of PracticeKind.
const (
	PracticeKindPersonalisation PracticeKind = "PERSONALISATION"
	PracticeKindPricing         PracticeKind = "PRICING"
	PracticeKindMarketing       PracticeKind = "MARKETING"
	PracticeKindLabelling       PracticeKind = "LABELLING"
	PracticeKindDataUse         PracticeKind = "DATA_USE"
	PracticeKindServiceDelivery PracticeKind = "SERVICE_DELIVERY"
	PracticeKindInterfaceDesign PracticeKind = "INTERFACE_DESIGN"
	PracticeKindLoyalty         PracticeKind = "LOYALTY"
	PracticeKindOther           PracticeKind = "OTHER"
)

// PracticeOrder: How practices are ordered.
type PracticeOrder string

// The values of PracticeOrder.
const (
	PracticeOrderNewest  PracticeOrder = "NEWEST"
	PracticeOrderUpdated PracticeOrder = "UPDATED"
)

// PracticeState: The state of a practice.
type PracticeState string

// The values of PracticeState.
const (
	PracticeStateProposed  PracticeState = "PROPOSED"
	PracticeStateTrial     PracticeState = "TRIAL"
	PracticeStateActive    PracticeState = "ACTIVE"
	PracticeStatePaused    PracticeState = "PAUSED"
	PracticeStateWithdrawn PracticeState = "WITHDRAWN"
)

// PrincipleChange: What happened to a principle from one version of a framework to another.
type PrincipleChange string

// The values of PrincipleChange.
const (
	PrincipleChangeAdded   PrincipleChange = "ADDED"
	PrincipleChangeRemoved PrincipleChange = "REMOVED"
	PrincipleChangeChanged PrincipleChange = "CHANGED"
	PrincipleChangeMoved   PrincipleChange = "MOVED"
	PrincipleChangeSame    PrincipleChange = "SAME"
)

// PrincipleState: Whether a principle is in its framework.
type PrincipleState string

// The values of PrincipleState.
const (
	PrincipleStatePresent PrincipleState = "PRESENT"
	PrincipleStateRemoved PrincipleState = "REMOVED"
)

// ProposalKind: What a proposal would become if it is adopted.
type ProposalKind string

// The values of ProposalKind.
const (
	ProposalKindGuideline      ProposalKind = "GUIDELINE"
	ProposalKindCommitment     ProposalKind = "COMMITMENT"
	ProposalKindPolicy         ProposalKind = "POLICY"
	ProposalKindPracticeChange ProposalKind = "PRACTICE_CHANGE"
)

// ProposalOrder: How proposals are ordered.
type ProposalOrder string

// The values of ProposalOrder.
const (
	ProposalOrderNewest        ProposalOrder = "NEWEST"
	ProposalOrderUpdated       ProposalOrder = "UPDATED"
	ProposalOrderPublished     ProposalOrder = "PUBLISHED"
	ProposalOrderMostDiscussed ProposalOrder = "MOST_DISCUSSED"
)

// ProposalState: The state of a proposal.
type ProposalState string

// The values of ProposalState.
const (
	ProposalStateDraft            ProposalState = "DRAFT"
	ProposalStateSubmitted        ProposalState = "SUBMITTED"
	ProposalStateUnderReview      ProposalState = "UNDER_REVIEW"
	ProposalStateReturned         ProposalState = "RETURNED"
	ProposalStateOpen             ProposalState = "OPEN"
	ProposalStateWithdrawn        ProposalState = "WITHDRAWN"
	ProposalStateBallot           ProposalState = "BALLOT"
	ProposalStateAdopted          ProposalState = "ADOPTED"
	ProposalStateRejected         ProposalState = "REJECTED"
	ProposalStateNoQuorum         ProposalState = "NO_QUORUM"
	ProposalStateInImplementation ProposalState = "IN_IMPLEMENTATION"
	ProposalStateImplemented      ProposalState = "IMPLEMENTED"
	ProposalStateLapsed           ProposalState = "LAPSED"
	ProposalStateSuperseded       ProposalState = "SUPERSEDED"
	ProposalStateHidden           ProposalState = "HIDDEN"
)

// QuestionAspect: What of a question changed.
type QuestionAspect string

// The values of QuestionAspect.
const (
	QuestionAspectText      QuestionAspect = "TEXT"
	QuestionAspectType      QuestionAspect = "TYPE"
	QuestionAspectOptions   QuestionAspect = "OPTIONS"
	QuestionAspectWeight    QuestionAspect = "WEIGHT"
	QuestionAspectTotal     QuestionAspect = "TOTAL"
	QuestionAspectCondition QuestionAspect = "CONDITION"
	QuestionAspectDuty      QuestionAspect = "DUTY"
	QuestionAspectPlace     QuestionAspect = "PLACE"
)

// QuestionType: What a question asks for.
type QuestionType string

// The values of QuestionType.
const (
	QuestionTypeSingle  QuestionType = "SINGLE"
	QuestionTypeMulti   QuestionType = "MULTI"
	QuestionTypeText    QuestionType = "TEXT"
	QuestionTypeNumber  QuestionType = "NUMBER"
	QuestionTypeBoolean QuestionType = "BOOLEAN"
	QuestionTypeDate    QuestionType = "DATE"
)

// RatingSide: Whose rating of a risk it is.
type RatingSide string

// The values of RatingSide.
const (
	RatingSideFirm      RatingSide = "FIRM"
	RatingSideReviewers RatingSide = "REVIEWERS"
	RatingSideCustomers RatingSide = "CUSTOMERS"
)

// RatingState: Whether a rating counts.
type RatingState string

// The values of RatingState.
const (
	RatingStateGiven    RatingState = "GIVEN"
	RatingStateReplaced RatingState = "REPLACED"
)

// ReportAudience: For whom a report is made, which bounds what it may hold.
type ReportAudience string

// The values of ReportAudience.
const (
	ReportAudiencePublic    ReportAudience = "PUBLIC"
	ReportAudienceRegulator ReportAudience = "REGULATOR"
	ReportAudienceParty     ReportAudience = "PARTY"
)

// ReportState: The state of a report.
type ReportState string

// The values of ReportState.
const (
	ReportStateQueued  ReportState = "QUEUED"
	ReportStateRunning ReportState = "RUNNING"
	ReportStateReady   ReportState = "READY"
	ReportStateFailed  ReportState = "FAILED"
	ReportStateExpired ReportState = "EXPIRED"
)

// ReportType: What a report is about.
type ReportType string

// The values of ReportType.
const (
	ReportTypeAssessment   ReportType = "ASSESSMENT"
	ReportTypePortfolio    ReportType = "PORTFOLIO"
	ReportTypeConsultation ReportType = "CONSULTATION"
	ReportTypeDiff         ReportType = "DIFF"
)

// Requirement: A requirement of the Assessment List for Trustworthy AI (ALTAI) of the High-Level Expert Group on AI, 2020.
type Requirement string

// The values of Requirement.
const (
	RequirementHumanAgencyAndOversight               Requirement = "HUMAN_AGENCY_AND_OVERSIGHT"
	RequirementTechnicalRobustnessAndSafety          Requirement = "TECHNICAL_ROBUSTNESS_AND_SAFETY"
	RequirementPrivacyAndDataGovernance              Requirement = "PRIVACY_AND_DATA_GOVERNANCE"
	RequirementTransparency                          Requirement = "TRANSPARENCY"
	RequirementDiversityNonDiscriminationAndFairness Requirement = "DIVERSITY_NON_DISCRIMINATION_AND_FAIRNESS"
	RequirementSocietalAndEnvironmentalWellBeing     Requirement = "SOCIETAL_AND_ENVIRONMENTAL_WELL_BEING"
	RequirementAccountability                        Requirement = "ACCOUNTABILITY"
)

// RiskLevel: How high a risk is, by its likelihood times its severity.
type RiskLevel string

// The values of RiskLevel.
const (
	RiskLevelLow      RiskLevel = "LOW"
	RiskLevelMedium   RiskLevel = "MEDIUM"
	RiskLevelHigh     RiskLevel = "HIGH"
	RiskLevelCritical RiskLevel = "CRITICAL"
)

// RiskPart: A part of a risk that can be withheld.
type RiskPart string

// The values of RiskPart.
const (
	RiskPartTitle       RiskPart = "TITLE"
	RiskPartDescription RiskPart = "DESCRIPTION"
	RiskPartAcceptance  RiskPart = "ACCEPTANCE"
)

// RiskReversibility: Whether what a risk does can be undone.
type RiskReversibility string

// The values of RiskReversibility.
const (
	RiskReversibilityReversible       RiskReversibility = "REVERSIBLE"
	RiskReversibilityPartlyReversible RiskReversibility = "PARTLY_REVERSIBLE"
	RiskReversibilityIrreversible     RiskReversibility = "IRREVERSIBLE"
)

// RiskScope: How many a risk concerns.
type RiskScope string

// The values of RiskScope.
const (
	RiskScopeIndividuals RiskScope = "INDIVIDUALS"
	RiskScopeGroup       RiskScope = "GROUP"
	RiskScopeSociety     RiskScope = "SOCIETY"
)

// RiskState: Whether a risk is still in its assessment.
type RiskState string

// The values of RiskState.
const (
	RiskStatePresent RiskState = "PRESENT"
	RiskStateRemoved RiskState = "REMOVED"
)

// RiskTreatment: What is done about a risk.
type RiskTreatment string

// The values of RiskTreatment.
const (
	RiskTreatmentAvoid    RiskTreatment = "AVOID"
	RiskTreatmentMitigate RiskTreatment = "MITIGATE"
	RiskTreatmentTransfer RiskTreatment = "TRANSFER"
	RiskTreatmentAccept   RiskTreatment = "ACCEPT"
)

// Role: A role that a token can grant.
type Role string

// The values of Role.
const (
	RoleFirm           Role = "FIRM"
	RoleCustomer       Role = "CUSTOMER"
	RoleRegulator      Role = "REGULATOR"
	RoleNgo            Role = "NGO"
	RoleAcademic       Role = "ACADEMIC"
	RoleAuthor         Role = "AUTHOR"
	RoleReviewer       Role = "REVIEWER"
	RoleApprover       Role = "APPROVER"
	RoleRedressOfficer Role = "REDRESS_OFFICER"
	RoleFacilitator    Role = "FACILITATOR"
	RoleAuditor        Role = "AUDITOR"
	RoleIntegrator     Role = "INTEGRATOR"
	RoleAdmin          Role = "ADMIN"
)

// ScoreType: The total that a question counts in.
type ScoreType string

// The values of ScoreType.
const (
	ScoreTypeRaw        ScoreType = "RAW"
	ScoreTypeMitigation ScoreType = "MITIGATION"
	ScoreTypeNone       ScoreType = "NONE"
)

// SignerState: Whether somebody is to sign an impact assessment.
type SignerState string

// The values of SignerState.
const (
	SignerStateAppointed  SignerState = "APPOINTED"
	SignerStateDismissed  SignerState = "DISMISSED"
	SignerStateConflicted SignerState = "CONFLICTED"
)

// SizeBand: How large a firm is, in the classes of EU recommendation 2003/361/EC.
type SizeBand string

// The values of SizeBand.
const (
	SizeBandMicro  SizeBand = "MICRO"
	SizeBandSmall  SizeBand = "SMALL"
	SizeBandMedium SizeBand = "MEDIUM"
	SizeBandLarge  SizeBand = "LARGE"
)

// StakeholderKind: The five kinds of party. A party's kind is also its chamber.
type StakeholderKind string

// The values of StakeholderKind.
const (
	StakeholderKindFirm                StakeholderKind = "FIRM"
	StakeholderKindCustomer            StakeholderKind = "CUSTOMER"
	StakeholderKindRegulator           StakeholderKind = "REGULATOR"
	StakeholderKindNgo                 StakeholderKind = "NGO"
	StakeholderKindAcademicInstitution StakeholderKind = "ACADEMIC_INSTITUTION"
)

// StakeholderOrder: How parties are ordered.
type StakeholderOrder string

// The values of StakeholderOrder.
const (
	StakeholderOrderNewest  StakeholderOrder = "NEWEST"
	StakeholderOrderUpdated StakeholderOrder = "UPDATED"
)

// StakeholderStatus: Whether a party may take part.
type StakeholderStatus string

// The values of StakeholderStatus.
const (
	StakeholderStatusPending   StakeholderStatus = "PENDING"
	StakeholderStatusActive    StakeholderStatus = "ACTIVE"
	StakeholderStatusRejected  StakeholderStatus = "REJECTED"
	StakeholderStatusSuspended StakeholderStatus = "SUSPENDED"
	StakeholderStatusErased    StakeholderStatus = "ERASED"
)

// StaleCauseKind: Why an assessment is out of date.
type StaleCauseKind string

// The values of StaleCauseKind.
const (
	StaleCauseKindReviewDue         StaleCauseKind = "REVIEW_DUE"
	StaleCauseKindSubjectChanged    StaleCauseKind = "SUBJECT_CHANGED"
	StaleCauseKindTemplateRetired   StaleCauseKind = "TEMPLATE_RETIRED"
	StaleCauseKindAcceptanceExpired StaleCauseKind = "ACCEPTANCE_EXPIRED"
)

// Stance: The position that a comment takes on its subject.
type Stance string

// The values of Stance.
const (
	StanceFor     Stance = "FOR"
	StanceAgainst Stance = "AGAINST"
	StanceNeutral Stance = "NEUTRAL"
)

// SynthesisState: How a version of what was heard stands.
type SynthesisState string

// The values of SynthesisState.
const (
	SynthesisStatePublished SynthesisState = "PUBLISHED"
	SynthesisStateReplaced  SynthesisState = "REPLACED"
)

// TextUnit: What the positions in a text count.
type TextUnit string

// The values of TextUnit.
const (
	TextUnitCodePoint     TextUnit = "CODE_POINT"
	TextUnitUtf16CodeUnit TextUnit = "UTF16_CODE_UNIT"
)

// TieKind: What binds a party to another.
type TieKind string

// The values of TieKind.
const (
	TieKindFunding    TieKind = "FUNDING"
	TieKindOwnership  TieKind = "OWNERSHIP"
	TieKindEmployment TieKind = "EMPLOYMENT"
	TieKindContract   TieKind = "CONTRACT"
	TieKindMembership TieKind = "MEMBERSHIP"
	TieKindOther      TieKind = "OTHER"
)

// TieState: Whether a tie still binds.
type TieState string

// The values of TieState.
const (
	TieStateDeclared TieState = "DECLARED"
	TieStateEnded    TieState = "ENDED"
)

// TouchpointKind: How a touchpoint works.
type TouchpointKind string

// The values of TouchpointKind.
const (
	TouchpointKindCommunication TouchpointKind = "COMMUNICATION"
	TouchpointKindAction        TouchpointKind = "ACTION"
)

// TouchpointState: Whether a touchpoint is in its journey.
type TouchpointState string

// The values of TouchpointState.
const (
	TouchpointStatePresent TouchpointState = "PRESENT"
	TouchpointStateRemoved TouchpointState = "REMOVED"
)

// UserErrorCode: What is wrong, for a program: a client makes a sentence of it and of its values in the person's own language. In a Permission it says why the viewer cannot do something now.
type UserErrorCode string

// The values of UserErrorCode.
const (
	UserErrorCodeNotFound            UserErrorCode = "NOT_FOUND"
	UserErrorCodeStaleRevision       UserErrorCode = "STALE_REVISION"
	UserErrorCodeContentChanged      UserErrorCode = "CONTENT_CHANGED"
	UserErrorCodeConflict            UserErrorCode = "CONFLICT"
	UserErrorCodeTaken               UserErrorCode = "TAKEN"
	UserErrorCodeInvalid             UserErrorCode = "INVALID"
	UserErrorCodeRequired            UserErrorCode = "REQUIRED"
	UserErrorCodeTooLong             UserErrorCode = "TOO_LONG"
	UserErrorCodeTooMany             UserErrorCode = "TOO_MANY"
	UserErrorCodeTooFew              UserErrorCode = "TOO_FEW"
	UserErrorCodeOutOfRange          UserErrorCode = "OUT_OF_RANGE"
	UserErrorCodeNotOneLine          UserErrorCode = "NOT_ONE_LINE"
	UserErrorCodeInvisibleCharacters UserErrorCode = "INVISIBLE_CHARACTERS"
	UserErrorCodeInvalidLanguage     UserErrorCode = "INVALID_LANGUAGE"
	UserErrorCodeInvalidJurisdiction UserErrorCode = "INVALID_JURISDICTION"
	UserErrorCodeInvalidTimeZone     UserErrorCode = "INVALID_TIME_ZONE"
	UserErrorCodeInvalidHandle       UserErrorCode = "INVALID_HANDLE"
	UserErrorCodeInvalidUrl          UserErrorCode = "INVALID_URL"
	UserErrorCodeUnconfirmed         UserErrorCode = "UNCONFIRMED"
	UserErrorCodeDuplicate           UserErrorCode = "DUPLICATE"
	UserErrorCodeExclusive           UserErrorCode = "EXCLUSIVE"
	UserErrorCodeNotApplicable       UserErrorCode = "NOT_APPLICABLE"
	UserErrorCodeWrongOrder          UserErrorCode = "WRONG_ORDER"
	UserErrorCodeInThePast           UserErrorCode = "IN_THE_PAST"
	UserErrorCodeInTheFuture         UserErrorCode = "IN_THE_FUTURE"
	UserErrorCodePhaseBegun          UserErrorCode = "PHASE_BEGUN"
	UserErrorCodeQuote               UserErrorCode = "QUOTE"
	UserErrorCodeNoSuchVersion       UserErrorCode = "NO_SUCH_VERSION"
	UserErrorCodeState               UserErrorCode = "STATE"
	UserErrorCodeDialogueNotOpen     UserErrorCode = "DIALOGUE_NOT_OPEN"
	UserErrorCodePhaseClosed         UserErrorCode = "PHASE_CLOSED"
	UserErrorCodeTooDeep             UserErrorCode = "TOO_DEEP"
	UserErrorCodeNotTopLevel         UserErrorCode = "NOT_TOP_LEVEL"
	UserErrorCodeNotVoted            UserErrorCode = "NOT_VOTED"
	UserErrorCodeAnswered            UserErrorCode = "ANSWERED"
	UserErrorCodeTooLate             UserErrorCode = "TOO_LATE"
	UserErrorCodeTooEarly            UserErrorCode = "TOO_EARLY"
	UserErrorCodeConsultationClosed  UserErrorCode = "CONSULTATION_CLOSED"
	UserErrorCodeUnknownQuestion     UserErrorCode = "UNKNOWN_QUESTION"
	UserErrorCodeUnknownOption       UserErrorCode = "UNKNOWN_OPTION"
	UserErrorCodeWrongType           UserErrorCode = "WRONG_TYPE"
	UserErrorCodeJurisdiction        UserErrorCode = "JURISDICTION"
	UserErrorCodeNotShown            UserErrorCode = "NOT_SHOWN"
	UserErrorCodeIncomplete          UserErrorCode = "INCOMPLETE"
	UserErrorCodeInProgress          UserErrorCode = "IN_PROGRESS"
	UserErrorCodeNothingToDo         UserErrorCode = "NOTHING_TO_DO"
	UserErrorCodeLimitReached        UserErrorCode = "LIMIT_REACHED"
	UserErrorCodeSignIn              UserErrorCode = "SIGN_IN"
	UserErrorCodeRole                UserErrorCode = "ROLE"
	UserErrorCodeScope               UserErrorCode = "SCOPE"
	UserErrorCodeParty               UserErrorCode = "PARTY"
	UserErrorCodePartyPending        UserErrorCode = "PARTY_PENDING"
	UserErrorCodePartyInactive       UserErrorCode = "PARTY_INACTIVE"
	UserErrorCodeHasParty            UserErrorCode = "HAS_PARTY"
	UserErrorCodeOwner               UserErrorCode = "OWNER"
	UserErrorCodeWrongChamber        UserErrorCode = "WRONG_CHAMBER"
	UserErrorCodeConvenor            UserErrorCode = "CONVENOR"
	UserErrorCodeSamePerson          UserErrorCode = "SAME_PERSON"
	UserErrorCodeOwnParty            UserErrorCode = "OWN_PARTY"
	UserErrorCodeNotAppointed        UserErrorCode = "NOT_APPOINTED"
	UserErrorCodeAlreadySigned       UserErrorCode = "ALREADY_SIGNED"
	UserErrorCodeConflictOfInterest  UserErrorCode = "CONFLICT_OF_INTEREST"
	UserErrorCodeSelf                UserErrorCode = "SELF"
	UserErrorCodeIneligible          UserErrorCode = "INELIGIBLE"
	UserErrorCodeNotAVariable        UserErrorCode = "NOT_A_VARIABLE"
	UserErrorCodeNotPassable         UserErrorCode = "NOT_PASSABLE"
	UserErrorCodeNotSecret           UserErrorCode = "NOT_SECRET"
	UserErrorCodeNotSeated           UserErrorCode = "NOT_SEATED"
	UserErrorCodeAlreadyVoted        UserErrorCode = "ALREADY_VOTED"
)

// VoteChoice: A participant's vote on a comment.
type VoteChoice string

// The values of VoteChoice.
const (
	VoteChoiceAgree    VoteChoice = "AGREE"
	VoteChoiceDisagree VoteChoice = "DISAGREE"
	VoteChoicePass     VoteChoice = "PASS"
)

// WebhookBreaker: Whether a webhook receives every waiting event.
type WebhookBreaker string

// The values of WebhookBreaker.
const (
	WebhookBreakerClosed WebhookBreaker = "CLOSED"
	WebhookBreakerOpen   WebhookBreaker = "OPEN"
)

// WebhookOutcome: The outcome of an attempt to deliver.
type WebhookOutcome string

// The values of WebhookOutcome.
const (
	WebhookOutcomeDelivered WebhookOutcome = "DELIVERED"
	WebhookOutcomeFailed    WebhookOutcome = "FAILED"
	WebhookOutcomeBlocked   WebhookOutcome = "BLOCKED"
)

// WebhookScheme: How a webhook's messages are signed, according to Standard Webhooks 1.0.
type WebhookScheme string

// The values of WebhookScheme.
const (
	WebhookSchemeHmac    WebhookScheme = "HMAC"
	WebhookSchemeEd25519 WebhookScheme = "ED25519"
)

// WebhookState: The state of a webhook.
type WebhookState string

// The values of WebhookState.
const (
	WebhookStatePending  WebhookState = "PENDING"
	WebhookStateActive   WebhookState = "ACTIVE"
	WebhookStateDisabled WebhookState = "DISABLED"
	WebhookStateDeleted  WebhookState = "DELETED"
)
