package db

import "encoding/json"

// List returns ids as the JSON array that queries take.
func List(ids []int64) string {
	text, _ := json.Marshal(ids) // integers always marshal
	return string(text)
}

// OrZero returns the id that a column which may hold nothing holds, 0 for none.
func OrZero(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

// OrNull returns an id as a column that may hold nothing takes it: nothing for 0.
func OrNull(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
