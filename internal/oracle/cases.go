package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

// Expected is a question of rights-cases.json with its answer. WouldGive, Candidates and Acts are tested where present.
type Expected struct {
	Question
	Day        string   `json:"day"`
	Note       string   `json:"note"`
	Allowed    bool     `json:"allowed"`
	Because    []string `json:"because"`
	Missing    []string `json:"missing"`
	Nearest    string   `json:"nearest"`
	Candidates []string `json:"candidates"`
	WouldGive  []string `json:"would_give"`
	Acts       string   `json:"acts"`
}

// RightsCase is a small world and the questions put to it. FactsOnly worlds hold rows that the program never writes.
type RightsCase struct {
	Name      string     `json:"name"`
	Spec      string     `json:"spec"`
	Settles   string     `json:"settles"`
	FactsOnly bool       `json:"facts_only"`
	Note      string     `json:"note"`
	World     World      `json:"world"`
	Questions []Expected `json:"questions"`
}

// Need is a permission that a change asks of its actor.
type Need struct {
	Permission string `json:"permission"`
	Scope      Scope  `json:"scope"`
	Ending     bool   `json:"ending"`
}

// Written is a row that a change writes: op until (ID, Until), open (Row, Carried) or set (ID, Fields).
type Written struct {
	Table   string          `json:"table"`
	Op      string          `json:"op"`
	ID      string          `json:"id"`
	Until   int64           `json:"until"`
	Row     json.RawMessage `json:"row"`
	Fields  json.RawMessage `json:"fields"`
	Carried bool            `json:"carried"`
}

// Decides names the requests that a change decides on, and the comment given.
type Decides struct {
	Requests []string `json:"requests"`
	Comment  string   `json:"comment"`
}

// GuardedChange is a change as guards-cases.json gives it.
type GuardedChange struct {
	Kind    string          `json:"kind"`
	Input   json.RawMessage `json:"input"`
	Need    []Need          `json:"need"`
	Writes  []Written       `json:"writes"`
	Decides *Decides        `json:"decides"`
}

// GuardCase is a change that an actor tries in a world, and what must become of it.
type GuardCase struct {
	Name     string        `json:"name"`
	Spec     string        `json:"spec"`
	Settles  string        `json:"settles"`
	Note     string        `json:"note"`
	At       int64         `json:"at"`
	Actor    string        `json:"actor"`
	World    World         `json:"world"`
	Change   GuardedChange `json:"change"`
	Expected Verdict       `json:"expected"`
}

// LoadRightsCases reads rights-cases.json, presets resolved from Standard.
func LoadRightsCases(path string) ([]RightsCase, error) {
	var cases []RightsCase
	err := load(path, &cases)
	return cases, err
}

// LoadGuardsCases reads guards-cases.json, presets resolved from Standard.
func LoadGuardsCases(path string) ([]GuardCase, error) {
	var cases []GuardCase
	err := load(path, &cases)
	return cases, err
}

func load(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	plain, err := json.Marshal(normalise(raw))
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(plain))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// normalise turns the cases' JSON into that of the Go structs: instants as milliseconds, presets read, validity a list.
func normalise(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = normalise(v[i])
		}
	case map[string]any:
		delete(v, "days")
		for key, value := range v {
			v[key] = normaliseField(key, value)
		}
		if preset, ok := v["preset"].(string); ok {
			delete(v, "preset")
			v["permissions"] = preset2values(preset)
		}
		if _, ok := v["contents"]; ok && v["key"] == nil {
			v["key"] = v["name"]
		}
	}
	return v
}

func normaliseField(key string, value any) any {
	switch key {
	case "from", "until", "at", "instant":
		return instant(value)
	case "validity":
		if one, ok := value.(map[string]any); ok {
			value = []any{one}
		}
	case "input":
		return value
	}
	return normalise(value)
}

func instant(value any) any {
	text, ok := value.(string)
	if !ok {
		return OpenEnd
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return value
	}
	return t.UnixMilli()
}

func preset2values(preset string) map[string]string {
	family, profile, _ := strings.Cut(preset, "/")
	values, ok := Standard().Preset(family, profile)
	if !ok {
		panic("oracle: unknown preset " + preset)
	}
	return values
}
