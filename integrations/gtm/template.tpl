___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "placet_cookie_consent",
  "version": 1,
  "securityGroups": [],
  "displayName": "Placet cookie consent",
  "categories": ["TAG_MANAGEMENT"],
  "brand": {
    "id": "placet",
    "displayName": "Placet"
  },
  "description": "Sets the defaults of Consent Mode, tells the tags of returning visitors what they chose, and starts the cookie widget of your own Placet. Fire it on Consent Initialization.",
  "containerContexts": ["WEB"]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "server",
    "displayName": "Address of your Placet",
    "simpleValueType": true,
    "valueHint": "https://consent.example.org",
    "valueValidators": [{"type": "REGEX", "args": ["https://[^/]+"], "errorMessage": "https:// and the host, without a path"}]
  },
  {
    "type": "TEXT",
    "name": "key",
    "displayName": "Public key",
    "simpleValueType": true,
    "valueValidators": [{"type": "NON_EMPTY"}]
  },
  {
    "type": "TEXT",
    "name": "widgetId",
    "displayName": "Number of the widget",
    "simpleValueType": true,
    "valueValidators": [{"type": "NON_EMPTY"}]
  },
  {
    "type": "TEXT",
    "name": "cookieName",
    "displayName": "Name of the consent cookie",
    "simpleValueType": true,
    "defaultValue": "euconsent"
  },
  {
    "type": "SIMPLE_TABLE",
    "name": "grants",
    "displayName": "Which service grants which type",
    "help": "As in the widget: a type is granted when at least one of its services is accepted.",
    "simpleTableColumns": [
      {"defaultValue": "", "displayName": "Slug of the service", "name": "slug", "type": "TEXT"},
      {
        "defaultValue": "analytics_storage",
        "displayName": "Consent type",
        "name": "type",
        "type": "SELECT",
        "selectItems": [
          {"value": "ad_storage", "displayValue": "ad_storage"},
          {"value": "analytics_storage", "displayValue": "analytics_storage"},
          {"value": "ad_user_data", "displayValue": "ad_user_data"},
          {"value": "ad_personalization", "displayValue": "ad_personalization"},
          {"value": "functionality_storage", "displayValue": "functionality_storage"},
          {"value": "personalization_storage", "displayValue": "personalization_storage"}
        ]
      }
    ]
  },
  {
    "type": "TEXT",
    "name": "waitForUpdate",
    "displayName": "Milliseconds that tags wait for an answer",
    "simpleValueType": true,
    "defaultValue": 500,
    "valueValidators": [{"type": "NON_NEGATIVE_NUMBER"}]
  },
  {
    "type": "LABEL",
    "name": "advancedWarning",
    "displayName": "Tags that fire before consent (advanced mode) send requests for which the law of the EEA and the United Kingdom asks for consent. Give each of Google's tags the additional consent check of its own types, or the trigger dastra:consent:<slug>."
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const JSON = require('JSON');
const createQueue = require('createQueue');
const encodeUriComponent = require('encodeUriComponent');
const getCookieValues = require('getCookieValues');
const injectScript = require('injectScript');
const makeNumber = require('makeNumber');
const setDefaultConsentState = require('setDefaultConsentState');
const updateConsentState = require('updateConsentState');

const TYPES = ['ad_storage', 'analytics_storage', 'ad_user_data', 'ad_personalization', 'functionality_storage', 'personalization_storage'];

const defaults = { security_storage: 'granted', wait_for_update: makeNumber(data.waitForUpdate) };
TYPES.forEach((type) => { defaults[type] = 'denied'; });
setDefaultConsentState(defaults);

// A returning visitor's answer is known at once; the widget itself tells of later ones.
const stored = JSON.parse(getCookieValues(data.cookieName, true)[0] || 'null');
if (stored && stored.v === 1 && stored.c) {
  const states = {};
  (data.grants || []).forEach((row) => {
    states[row.type] = stored.c[row.slug] || states[row.type] === 'granted' ? 'granted' : 'denied';
  });
  updateConsentState(states);
}

createQueue('placet')(['loadCookieConsent', { widgetId: data.widgetId }]);
injectScript(data.server + '/sdk/placet.js?key=' + encodeUriComponent(data.key), data.gtmOnSuccess, data.gtmOnFailure, 'placet');


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": {"publicId": "access_consent", "versionId": "1"},
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {"type": 3, "mapKey": [{"type": 1, "string": "consentType"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}], "mapValue": [{"type": 1, "string": "ad_storage"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}]},
              {"type": 3, "mapKey": [{"type": 1, "string": "consentType"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}], "mapValue": [{"type": 1, "string": "analytics_storage"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}]},
              {"type": 3, "mapKey": [{"type": 1, "string": "consentType"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}], "mapValue": [{"type": 1, "string": "ad_user_data"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}]},
              {"type": 3, "mapKey": [{"type": 1, "string": "consentType"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}], "mapValue": [{"type": 1, "string": "ad_personalization"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}]},
              {"type": 3, "mapKey": [{"type": 1, "string": "consentType"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}], "mapValue": [{"type": 1, "string": "functionality_storage"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}]},
              {"type": 3, "mapKey": [{"type": 1, "string": "consentType"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}], "mapValue": [{"type": 1, "string": "personalization_storage"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}]},
              {"type": 3, "mapKey": [{"type": 1, "string": "consentType"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}], "mapValue": [{"type": 1, "string": "security_storage"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}]}
            ]
          }
        }
      ]
    },
    "clientAnnotations": {"isEditedByUser": true},
    "isRequired": true
  },
  {
    "instance": {
      "key": {"publicId": "get_cookies", "versionId": "1"},
      "param": [{"key": "cookieAccess", "value": {"type": 1, "string": "any"}}]
    },
    "clientAnnotations": {"isEditedByUser": true},
    "isRequired": true
  },
  {
    "instance": {
      "key": {"publicId": "inject_script", "versionId": "1"},
      "param": [{"key": "urls", "value": {"type": 2, "listItem": [{"type": 1, "string": "https://*/sdk/placet.js*"}]}}]
    },
    "clientAnnotations": {"isEditedByUser": true},
    "isRequired": true
  },
  {
    "instance": {
      "key": {"publicId": "access_globals", "versionId": "1"},
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {"type": 3, "mapKey": [{"type": 1, "string": "key"}, {"type": 1, "string": "read"}, {"type": 1, "string": "write"}, {"type": 1, "string": "execute"}], "mapValue": [{"type": 1, "string": "placet"}, {"type": 8, "boolean": true}, {"type": 8, "boolean": true}, {"type": 8, "boolean": false}]}
            ]
          }
        }
      ]
    },
    "clientAnnotations": {"isEditedByUser": true},
    "isRequired": true
  }
]


___TESTS___

scenarios: []


___NOTES___

Source and guide: docs/block-cookies.md of Placet.
