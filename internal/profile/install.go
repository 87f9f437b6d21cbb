// Package profile keeps the families and their profiles: what they are installed with, and what they contain on a day.
package profile

import (
	"context"
	"encoding/csv"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// The families, in their order.
const (
	Habilis       = "habilis"
	PortailPublic = "portail-public"
	Cabinet       = "cabinet"
	PortailClient = "portail-client"
	Dossier       = "dossier"
)

// Families lists the families in their order.
func Families() []string { return []string{Habilis, PortailPublic, Cabinet, PortailClient, Dossier} }

// Choosable lists the families that a firm takes up or leaves: those of the tools whose rights it follows.
func Choosable() []string { return Families()[1:] }

// Install writes every family with its profiles and their first contents, at the set-up of a firm. Habilis is always in use. line is the
// journal line that opens the contents.
func Install(ctx context.Context, tx *db.Tx, inUse []string, line int64) error {
	labels, err := rows("portail-public-profiles")
	if err != nil {
		return err
	}
	named := map[string][]string{}
	for _, r := range labels {
		named[r[0]] = r
	}
	used := map[string]bool{Habilis: true}
	for _, f := range inUse {
		used[f] = true
	}
	for _, family := range Families() {
		id, err := tx.AddFamily(ctx, sqlc.AddFamilyParams{Key: family, InUse: used[family]})
		if err != nil {
			return fmt.Errorf("family %s: %w", family, err)
		}
		if err := installProfiles(ctx, tx, family, id, named, line); err != nil {
			return err
		}
	}
	return nil
}

func installProfiles(ctx context.Context, tx *db.Tx, family string, id int64, named map[string][]string, line int64) error {
	table, err := rows(family)
	if err != nil {
		return err
	}
	var order []string
	contents := map[string]string{}
	for _, r := range table {
		if _, known := contents[r[0]]; !known {
			order = append(order, r[0])
			contents[r[0]] = ""
		}
		if r[2] != "no" && r[3] == "no" {
			contents[r[0]] += " " + r[1] + "=" + r[2]
		}
	}
	for _, key := range order {
		p := sqlc.AddProfileParams{FamilyID: id, Key: key, Name: key, Audience: "both"}
		if label, ok := named[key]; ok && family == PortailPublic {
			p.Name, p.Audience = label[1], label[2]
		}
		if family == Habilis && key == "Administrateur" {
			p.Fixed = true
		}
		profile, err := tx.AddProfile(ctx, p)
		if err != nil {
			return fmt.Errorf("profile %s: %w", key, err)
		}
		c, err := right.ParseContent(contents[key])
		if err != nil {
			return err
		}
		if _, err := ledger.OpenContent(ctx, tx, profile, c, period.Span{From: tx.At, Until: period.Open}, ledger.By{Line: line}); err != nil {
			return err
		}
	}
	return nil
}

// rows reads one of the tables, without its first line.
func rows(name string) ([][]string, error) {
	f, err := FamilyTables.Open("families/" + name + ".csv")
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // embedded
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", name, err)
	}
	return all[1:], nil
}
