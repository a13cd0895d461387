// Package pia reads exports of the CNIL's PIA software, JSON alone or a zip with attachments (since its version 2.2), as the content of
// an assessment of the shipped skeleton "privacy-impact", which has the same numbers of questions. Markup becomes plain text. It keeps
// nothing, writes nothing to disk, and opens no attachment further than to see that it is whole.
package pia
