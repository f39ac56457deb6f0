// Copyright (c) 2026 edgeops.logpush contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Ask Go for its verdicts on servers: read a JSON list of setups from standard input, connect to each as a client with
// the defaults of Go, and write the message of Go by the name of the setup, "" if it accepts the server.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"time"
)

type setup struct {
	Name  string `json:"name"`
	Port  int    `json:"port"`
	Host  string `json:"host"`
	Roots string `json:"roots"`
}

func ask(one setup) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(one.Roots))
	connection, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", one.Port), 5*time.Second)
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	secure := tls.Client(connection, &tls.Config{RootCAs: roots, ServerName: one.Host})
	if err := secure.Handshake(); err != nil {
		return err
	}
	// With TLS 1.3, a server refuses a client without a certificate after the handshake.
	if _, err := secure.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		return err
	}
	_, err = secure.Read(make([]byte, 1))
	return err
}

func main() {
	var setups []setup
	if err := json.NewDecoder(os.Stdin).Decode(&setups); err != nil {
		panic(err)
	}
	says := map[string]string{}
	for _, one := range setups {
		says[one.Name] = ""
		if err := ask(one); err != nil {
			says[one.Name] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(says); err != nil {
		panic(err)
	}
}
