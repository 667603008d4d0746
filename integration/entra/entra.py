#!/usr/bin/env python3
"""entra.py PORT CERTIFICATE KEY : as much of Entra and of Azure's resource manager as `az login --service-principal` and
`az account get-access-token` ask for, at https://localhost:PORT. Each token is named after how many were given out before,
and lasts an hour. Only for a test, on the loopback interface."""
import http.server
import json
import ssl
import sys
import threading

port = int(sys.argv[1])
base = f"https://localhost:{port}"
lock = threading.Lock()
given = 0

# What `az cloud register` reads: https://learn.microsoft.com/azure/azure-resource-manager, metadata/endpoints.
METADATA = {
    "name": "loopback", "portal": base, "resourceManager": f"{base}/arm", "gallery": base, "batch": base, "media": base,
    "graph": base, "graphAudience": base, "microsoftGraphResourceId": base, "vmImageAliasDoc": base,
    "activeDirectoryDataLake": base, "sqlManagement": base,
    "authentication": {"loginEndpoint": base, "audiences": [f"{base}/arm"], "tenant": "common", "identityProvider": "AAD"},
    "suffixes": {"storage": "core.test", "keyVaultDns": "vault.test", "sqlServerHostname": "database.test"},
}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def reply(self, document):
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if "openid-configuration" in self.path:
            tenant = f"{base}/{self.path.split('/')[1]}"
            return self.reply({"issuer": f"{tenant}/v2.0", "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
                               "token_endpoint": f"{tenant}/oauth2/v2.0/token",
                               "device_authorization_endpoint": f"{tenant}/oauth2/v2.0/devicecode"})
        return self.reply(METADATA if "metadata/endpoints" in self.path else {"value": []})

    def do_POST(self):
        global given
        self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            given += 1
            token = f"entra-token-{given}"
        self.reply({"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600, "access_token": token})


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
