package directory

import (
	"context"
	"io"
	"strings"
	"time"

	"habilis/internal/export"
	"habilis/internal/fault"
	"habilis/internal/list"
)

// Export is what a list of structures is exported as.
type Export struct {
	Wanted  Wanted            `json:"wanted"`
	Format  string            `json:"format"`
	Title   string            `json:"title"`
	Columns []list.Column     `json:"columns"`
	Words   map[string]string `json:"words"`
}

// File is the file that is asked for.
func (e Export) File() list.Export {
	return list.Export{Format: e.Format, Title: e.Title, Columns: e.Columns, Words: e.Words}
}

// cells are what an export of structures can hold.
var cells = map[string]list.Cell[Row]{
	"identifier": {Kind: export.Code, Text: func(r Row, _ *time.Location) string { return r.canonical }},
	"identifierType": {Kind: export.Text, Text: func(r Row, _ *time.Location) string { return r.IdentifierType }, Words: []string{
		"siret", "eu", "non_eu", "ridet", "tahiti", "pending", "individual", "platform",
	}},
	"name":     {Kind: export.Code, Text: func(r Row, _ *time.Location) string { return r.Name }},
	"label":    {Kind: export.Code, Text: func(r Row, _ *time.Location) string { return r.Label }},
	"sphere":   {Kind: export.Text, Text: func(r Row, _ *time.Location) string { return r.Sphere }, Words: []string{"private", "state", "local", "platform"}},
	"postcode": {Kind: export.Code, Text: func(r Row, _ *time.Location) string { return r.Postcode }},
	"town":     {Kind: export.Text, Text: func(r Row, _ *time.Location) string { return r.Town }},
	"email":    {Kind: export.Text, Text: func(r Row, _ *time.Location) string { return r.Email }},
	"phone":    {Kind: export.Code, Text: func(r Row, _ *time.Location) string { return r.Phone }},
	"verdict": {Kind: export.Text, Text: func(r Row, _ *time.Location) string { return r.Verdict }, Words: []string{
		"none", "active", "closed", "unknown", "unverifiable",
	}},
	"labels":  {Kind: export.Code, Text: func(r Row, _ *time.Location) string { return strings.Join(r.Labels, ", ") }},
	"manager": {Kind: export.Code, Text: func(r Row, _ *time.Location) string { return r.Manager }},
	"state": {Kind: export.Text, Text: func(r Row, _ *time.Location) string {
		return map[bool]string{true: "active", false: "inactive"}[r.Active]
	}, Words: []string{"active", "inactive"}},
	"created": {Kind: export.Day, Text: func(r Row, zone *time.Location) string { return list.Day(r.CreatedAt, zone) }},
}

// mostOnly bounds how many structures are named one by one.
const mostOnly = 20_000

// CheckExport refuses a file that cannot be made, before a page asks for it.
func (s *Service) CheckExport(ctx context.Context, in Export) error {
	if len(in.Wanted.Only) > mostOnly {
		return fault.New(fault.Protocol, "export.malformed")
	}
	return Structures.Over(s.db).CheckExport(ctx, in.Wanted, in.File())
}

// Write writes the file.
func (s *Service) Write(ctx context.Context, in Export, w io.Writer) error {
	if err := s.CheckExport(ctx, in); err != nil {
		return err
	}
	return Structures.Over(s.db).Write(ctx, in.Wanted, in.File(), w)
}
