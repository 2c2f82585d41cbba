#!/usr/bin/env bash
# The commands of docs/proof.md: a pack is signed with OpenSSH and stamped by an authority of our own with OpenSSL; each is
# good over its own pack and over no other.
#
# usage: signed_check.sh OVERSTAY WORK
set -euo pipefail
overstay=$1
samples=$PWD/samples
rm -rf "$2"
mkdir -p "$2"
cd "$2"

ssh-keygen -q -t ed25519 -N "" -C audit@acme.example -f audit-key
echo "audit@acme.example namespaces=\"overstay\" $(cat audit-key.pub)" >allowed_signers

openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=CA" -keyout ca.key -out tsa-ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=TSA" -keyout tsa.key -out tsa.csr 2>/dev/null
echo "extendedKeyUsage = critical, timeStamping" >tsa.ext
openssl x509 -req -in tsa.csr -CA tsa-ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile tsa.ext -out tsa.crt 2>/dev/null
echo 01 >serial
printf '%s\n' "[tsa]" "default_tsa = one" "[one]" "serial = serial" "signer_cert = tsa.crt" "signer_key = tsa.key" \
  "certs = tsa-ca.pem" "signer_digest = sha256" "default_policy = 1.2.3.4.1" "digests = sha256" >tsa.cnf

# shellcheck disable=SC2016 # "$1" is for the shell that runs the commands.
{
  sign='ssh-keygen -q -Y sign -f audit-key -n overstay "$1" &&
    openssl ts -query -data "$1" -sha256 -cert -out query.tsq &&
    openssl ts -reply -config tsa.cnf -queryfile query.tsq -out "$1.tsr"'
  ssh='ssh-keygen -Y verify -f allowed_signers -I audit@acme.example -n overstay -s "$1.sig" < "$1"'
  stamp='openssl ts -verify -data "$1" -in "$1.tsr" -CAfile tsa-ca.pem'
}

"$overstay" report "$samples/acme" --out pack --sign-command "$sign" >/dev/null 2>sign.txt
for command in "$ssh" "$stamp"; do
  "$overstay" verify pack --verify-command "$command" >verify.txt 2>&1
  grep -q "^signatures manifest.json.sig, manifest.json.tsr; the command that was given ended with 0" verify.txt
done

"$overstay" report "$samples/acme-2026-Q2" --out other >/dev/null 2>&1
cp pack/manifest.json.* other
"$overstay" verify other >verify.txt
grep -q "present, not checked by overstay" verify.txt
for command in "$ssh" "$stamp"; do
  code=0
  "$overstay" verify other --verify-command "$command" >verify.txt 2>&1 || code=$?
  [ "$code" = 3 ]
done
echo "2 signatures, each good over its own pack and over no other"
