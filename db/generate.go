package db

//go:generate go tool -modfile=tools.mod sqlc generate
