// Package pricing computes discounts from small formulas such as
// "total / 100 * (quantity - 3)".
package pricing

import (
	"fmt"
	"strconv"
)

// Env gives the names in a formula their values.
type Env map[string]int64

// Formula is a parsed discount rule.
type Formula interface {
	Value(Env) int64
}

type number int64

type name string

type binary struct {
	op          byte
	left, right Formula
}

func (n number) Value(Env) int64 { return int64(n) }

func (n name) Value(env Env) int64 { return env[string(n)] }

func (b *binary) Value(env Env) int64 {
	return apply(b.op, b.left.Value(env), b.right.Value(env))
}

func apply(op byte, x, y int64) int64 {
	switch op {
	case '+':
		return x + y
	case '-':
		return x - y
	case '*':
		return x * y
	default:
		return divide(x, y)
	}
}

// divide takes a division by nothing for nothing: a rule must not stop an
// order.
func divide(x, y int64) int64 {
	if y == 0 {
		return 0
	}
	return x / y
}

type parser struct {
	text string
	pos  int
}

// Parse reads a formula.
func Parse(text string) (Formula, error) {
	p := &parser{text: text}
	f, err := p.sum()
	if err == nil && p.peek() != 0 {
		err = fmt.Errorf("pricing: %q at %d is unexpected", p.peek(), p.pos)
	}
	return f, err
}

func (p *parser) sum() (Formula, error) {
	return p.chain("+-", p.product)
}

func (p *parser) product() (Formula, error) {
	return p.chain("*/", p.operand)
}

func (p *parser) chain(ops string, next func() (Formula, error)) (Formula, error) {
	left, err := next()
	for err == nil {
		op := p.peek()
		if op != ops[0] && op != ops[1] {
			return left, nil
		}
		p.pos++
		var right Formula
		if right, err = next(); err == nil {
			left = &binary{op, left, right}
		}
	}
	return nil, err
}

func (p *parser) operand() (Formula, error) {
	switch c := p.peek(); {
	case c == '(':
		p.pos++
		f, err := p.sum()
		if err != nil {
			return nil, err
		}
		if p.peek() != ')' {
			return nil, fmt.Errorf("pricing: no ) at %d", p.pos)
		}
		p.pos++
		return f, nil
	case isDigit(c):
		n, err := strconv.ParseInt(p.span(isDigit), 10, 64)
		return number(n), err
	case isLetter(c):
		return name(p.span(isLetter)), nil
	default:
		return nil, fmt.Errorf("pricing: no operand at %d", p.pos)
	}
}

func (p *parser) span(in func(byte) bool) string {
	start := p.pos
	for p.pos < len(p.text) && in(p.text[p.pos]) {
		p.pos++
	}
	return p.text[start:p.pos]
}

func (p *parser) peek() byte {
	for p.pos < len(p.text) && p.text[p.pos] == ' ' {
		p.pos++
	}
	if p.pos == len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }
