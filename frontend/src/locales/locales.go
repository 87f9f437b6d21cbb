// Package locales embeds the pages' messages, so that Go can say the same sentences.
package locales

import "embed"

// Files holds fr.json and en.json.
//
//go:embed *.json
var Files embed.FS
