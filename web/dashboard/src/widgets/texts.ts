// The texts of a widget: which there are, in what order they are edited, and what they are called here.

interface Part { title: string; words: string; keys: { [key: string]: string } }

const PURPOSES: [string, string][] = [
  ['Necessary', 'Necessary'], ['Preference', 'Preferences'], ['Analytical', 'Audience measurement'],
  ['Marketing', 'Marketing'], ['Other', 'Other'], ['IAB', 'Advertising partners'],
];

export const PARTS: Part[] = [
  {
    title: 'First window', words: 'What a visitor sees before anything was chosen.',
    keys: {
      startupTitle: 'Title', startupDisclaimer: 'Text', buttonLaterLabel: 'Button to refuse', buttonSettingsLabel: 'Button to the choices',
      buttonAcceptLabel: 'Button to accept', noticeUrlButtonLabel: 'Link to the cookie policy', controllerLine: 'Line that says who asks',
      newTitle: 'Title when something is new', newDisclaimer: 'Text when something is new', poweredByLabel: 'Line at the end',
    },
  },
  {
    title: 'Choices', words: 'The window with a switch for each purpose.',
    keys: {
      innerTitle: 'Title of the choices', innerDisclaimer: 'Text of the choices', buttonAcceptAllLabel: 'Button to accept everything',
      buttonConfirmLabel: 'Button to save', buttonBackLabel: 'Button back', buttonViewPurposeLabel: 'Link to the purposes',
      buttonViewMoreLabel: 'Link to the services', buttonYes: 'Switch that is on', buttonNo: 'Switch that is off', partlyLabel: 'Switch that is partly on',
      alwaysOnLabel: 'What is always on', exemptLabel: 'What needs no consent', successMessage: 'Message after saving', viewProof: 'Link to the proof',
      proofLabel: 'Title of the proof', cookieDeclaration: 'Cookie declaration',
    },
  },
  {
    title: 'Purposes', words: 'Names of the purposes, and what they are for.',
    keys: Object.fromEntries(PURPOSES.flatMap(([key, name]) => [
      [`category${key}Label`, `${name}: name`], [`category${key}Excerpt`, `${name}: in short`], [`category${key}Description`, `${name}: description`],
    ])),
  },
  {
    title: 'Details of services', words: 'Headings of the list of services and cookies, there and in the cookie notice.',
    keys: {
      providerLabel: 'Provider', countryLabel: 'Country', privacyPolicyLabel: 'Privacy policy', cookiesOfLabel: 'Cookies of a service', cookieLabel: 'Cookie',
      lifetimeLabel: 'Lifetime', lifetimeDaysLabel: 'Lifetime in days', sessionLifetimeLabel: 'Until the browser is closed', unknownLifetimeLabel: 'Lifetime not known',
      descriptionLabel: 'Description', storageLabel: 'Where it is stored', noCookiesLabel: 'Without cookies', updatedLabel: 'Date of the notice', noticeTitle: 'Title of the cookie notice',
    },
  },
  {
    title: 'Blocked content', words: 'What stands in the place of a video or a map until it is allowed.',
    keys: { frameBody: 'Text in its place', frameButtonLabel: 'Button that allows it', frameSettingsLabel: 'Link to all choices', frameProvidedByLabel: 'Who provides the choices' },
  },
  {
    title: 'Small labels', words: 'Names that screen readers say, and messages.',
    keys: {
      triggerLabel: 'Round button', closeLabel: 'Cross, ask again the next day', closeRefuseLabel: 'Cross, refuse', closeSettingsLabel: 'Cross of the choices',
      closeMessageLabel: 'Cross of a message', gpcMessage: 'Message about the privacy signal', previewMessage: 'Message of the preview',
    },
  },
];

const NAMES: { [key: string]: string } = Object.assign({}, ...PARTS.map(({ keys }) => keys));

export const textName = (key: string): string => NAMES[key] ?? key;

/** What the widget fills in: `{services}`. */
export const filledIn = (text: string): string[] => text.match(/\{\w+\}/g) ?? [];
