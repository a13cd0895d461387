// The one table of addresses: which page is where, and who needs it. Tests take their list from it.
import type { ComponentType } from 'react';

export type Persona = 'visitor' | 'customer' | 'firm' | 'regulator' | 'facilitator' | 'admin';

// Ids of the example by which tests make addresses.
export interface Sample {
  dialogue: string;
  proposal: string;
  comment: string;
  practice: string;
  party: string;
  balloted: string; // a proposal on which a ballot is open
  openable: string; // one on which a ballot could be opened
  decided: string; // one on which a ballot was counted
  guideline: string;
  commitment: string;
  heard: string; // a dialogue in which something was heard
  reference: string;
  assessment: string;
  template: string;
  call: string;
}

interface Route {
  path: string;
  page: () => Promise<{ default: ComponentType<any> }>;
  persona: Persona;
  sample: (ids: Sample) => string;
}

export const routes: readonly Route[] = [
  { path: '/', page: () => import('#front/FrontPage'), persona: 'visitor', sample: () => '/' },
  { path: '/dialogues', page: () => import('#dialogue/DialoguesPage'), persona: 'visitor', sample: () => '/dialogues' },
  {
    path: '/dialogues/:id',
    page: () => import('#dialogue/DialoguePage'),
    persona: 'visitor',
    sample: ({ dialogue }) => `/dialogues/${dialogue}`,
  },
  {
    path: '/dialogues/:id/propose',
    page: () => import('#proposal/ProposePage'),
    persona: 'customer',
    sample: ({ dialogue }) => `/dialogues/${dialogue}/propose`,
  },
  {
    path: '/proposals/:id/amend',
    page: () => import('#proposal/AmendPage'),
    persona: 'customer',
    sample: ({ proposal }) => `/proposals/${proposal}/amend`,
  },
  {
    path: '/proposals/:id',
    page: () => import('#proposal/ProposalPage'),
    persona: 'customer',
    sample: ({ proposal }) => `/proposals/${proposal}`,
  },
  {
    path: '/proposals/:id/versions/:range?',
    page: () => import('#proposal/VersionsPage'),
    persona: 'visitor',
    sample: ({ proposal }) => `/proposals/${proposal}/versions/1..2`,
  },
  {
    path: '/proposals/:id/ballot',
    page: () => import('#ballot/BallotPage'),
    persona: 'customer',
    sample: ({ balloted }) => `/proposals/${balloted}/ballot`,
  },
  {
    path: '/proposals/:id/open-ballot',
    page: () => import('#ballot/OpenBallotPage'),
    persona: 'facilitator',
    sample: ({ openable }) => `/proposals/${openable}/open-ballot`,
  },
  {
    path: '/proposals/:id/result',
    page: () => import('#ballot/ResultPage'),
    persona: 'visitor',
    sample: ({ decided }) => `/proposals/${decided}/result`,
  },
  {
    path: '/comments/:id',
    page: () => import('#comment/CommentPage'),
    persona: 'customer',
    sample: ({ comment }) => `/comments/${comment}`,
  },
  {
    path: '/statements/:id',
    page: () => import('#comment/StatementsPage'),
    persona: 'customer',
    sample: ({ dialogue }) => `/statements/${dialogue}`,
  },
  { path: '/practices', page: () => import('#practice/PracticesPage'), persona: 'visitor', sample: () => '/practices' },
  {
    path: '/practices/:id',
    page: () => import('#practice/PracticePage'),
    persona: 'customer',
    sample: ({ practice }) => `/practices/${practice}`,
  },
  { path: '/parties', page: () => import('#party/PartiesPage'), persona: 'visitor', sample: () => '/parties' },
  { path: '/parties/:handle', page: () => import('#party/PartyPage'), persona: 'visitor', sample: ({ party }) => `/parties/${party}` },
  { path: '/guidelines', page: () => import('#guideline/GuidelinesPage'), persona: 'visitor', sample: () => '/guidelines' },
  {
    path: '/guidelines/:id',
    page: () => import('#guideline/GuidelinePage'),
    persona: 'visitor',
    sample: ({ guideline }) => `/guidelines/${guideline}`,
  },
  {
    path: '/commitments/:id',
    page: () => import('#commitment/CommitmentPage'),
    persona: 'visitor',
    sample: ({ commitment }) => `/commitments/${commitment}`,
  },
  {
    path: '/dialogues/:id/hear',
    page: () => import('#dialogue/HearPage'),
    persona: 'facilitator',
    sample: ({ heard }) => `/dialogues/${heard}/hear`,
  },
  {
    path: '/dialogues/:id/answers',
    page: () => import('#comment/AnswersPage'),
    persona: 'facilitator',
    sample: ({ heard }) => `/dialogues/${heard}/answers?show=all`,
  },
  { path: '/moderation', page: () => import('#moderation/ModerationPage'), persona: 'facilitator', sample: () => '/moderation' },
  {
    path: '/dialogues/:id/edit',
    page: () => import('#dialogue/ChangePage'),
    persona: 'facilitator',
    sample: ({ heard }) => `/dialogues/${heard}/edit`,
  },
  {
    path: '/dialogues/:id/close',
    page: () => import('#dialogue/ClosePage'),
    persona: 'facilitator',
    sample: ({ heard }) => `/dialogues/${heard}/close`,
  },
  { path: '/convene', page: () => import('#dialogue/ConvenePage'), persona: 'facilitator', sample: () => '/convene' },
  {
    path: '/proposals/:id/edit',
    page: () => import('#proposal/EditPage'),
    persona: 'customer',
    sample: ({ proposal }) => `/proposals/${proposal}/edit`,
  },
  {
    path: '/proposals/:id/ask',
    page: () => import('#proposal/AskPage'),
    persona: 'facilitator',
    sample: ({ proposal }) => `/proposals/${proposal}/ask`,
  },
  { path: '/desk', page: () => import('#desk/DeskPage'), persona: 'facilitator', sample: () => '/desk' },
  { path: '/assessments', page: () => import('#assessment/AssessmentsPage'), persona: 'visitor', sample: () => '/assessments' },
  {
    path: '/assessments/:id',
    page: () => import('#assessment/AssessmentPage'),
    persona: 'regulator',
    sample: ({ assessment }) => `/assessments/${assessment}`,
  },
  { path: '/templates', page: () => import('#template/TemplatesPage'), persona: 'visitor', sample: () => '/templates' },
  {
    path: '/templates/:id',
    page: () => import('#template/TemplatePage'),
    persona: 'visitor',
    sample: ({ template }) => `/templates/${template}`,
  },
  { path: '/calls', page: () => import('#call/CallsPage'), persona: 'regulator', sample: () => '/calls' },
  { path: '/calls/:id', page: () => import('#call/CallPage'), persona: 'firm', sample: ({ call }) => `/calls/${call}` },
  { path: '/supervision', page: () => import('#regulator/RegulatorPage'), persona: 'regulator', sample: () => '/supervision' },
  { path: '/members', page: () => import('#member/MembersPage'), persona: 'admin', sample: () => '/members' },
  { path: '/assigned', page: () => import('#assignment/AssignedPage'), persona: 'firm', sample: () => '/assigned' },
  { path: '/records', page: () => import('#act/RecordsPage'), persona: 'regulator', sample: () => '/records' },
  { path: '/me', page: () => import('#member/MePage'), persona: 'customer', sample: () => '/me' },
  { path: '/register', page: () => import('#member/RegisterPage'), persona: 'visitor', sample: () => '/register' },
  { path: '/r/*', page: () => import('#proposal/ReferencePage'), persona: 'visitor', sample: ({ reference }) => `/r/${reference}` },
  { path: '/sign-in', page: () => import('#member/SignInPage'), persona: 'visitor', sample: () => '/sign-in' },
  { path: '/signed-in', page: () => import('#member/SignedInPage'), persona: 'visitor', sample: () => '/signed-in' },
];
