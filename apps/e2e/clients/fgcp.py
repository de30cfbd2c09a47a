#!/usr/bin/env python3
"""A client of Fujitsu's original protocol with nothing but Python's standard library and the openssl command.

It walks through the whole life of a system as an unattended program of the time did: it polls states, and any state that it does
not expect is an error.

    fgcp.py ENDPOINT USER.pem CA.pem

USER.pem holds a private key and its certificate, CA.pem what the server's certificate is checked against ("-": plain HTTP).
"""
import base64
import re
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml

NAMESPACE = "{http://apioviss.jp.fujitsu.com}"
VERSION = "2015-01-30"
WAIT_SECONDS = 60


class Refused(Exception):
    def __init__(self, action, status, message):
        super().__init__("%s: %s: %s" % (action, status, message))
        self.status = status
        self.message = message


class Client:
    def __init__(self, endpoint, pem, authority):
        self.endpoint = endpoint
        self.pem = pem
        self.context = None
        if authority != "-":
            self.context = ssl.create_default_context(cafile=authority)
            self.context.load_cert_chain(pem)

    def signature(self):
        plain = "UTC&%d&1.0&SHA1withRSA" % int(time.time() * 1000)
        text = base64.encodebytes(plain.encode()).decode().replace("\n", "") + "\n"
        signed = subprocess.run(
            ["openssl", "dgst", "-sha1", "-sign", self.pem],
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=True,
        ).stdout
        return text, base64.b64encode(signed).decode()

    def call(self, action, files=None, **parameters):
        key, signature = self.signature()
        fields = dict(parameters, Action=action, Version=VERSION, Locale="en")
        fields.update(AccessKeyId=key, Signature=signature)
        if files is None:
            request = urllib.request.Request(self.endpoint + "?" + urllib.parse.urlencode(fields))
        else:
            request = urllib.request.Request(self.endpoint, data=multipart(fields, files))
            request.add_header("Content-Type", "multipart/form-data; boundary=BOUNDARY")
        request.add_header("User-Agent", "OViSS-API-CLIENT")
        with urllib.request.urlopen(request, context=self.context) as response:
            assert response.status == 200
            assert response.headers["Content-Type"].startswith("text/xml")
            body = response.read().decode("utf-8")
        root = xml.fromstring(body)
        status = root.findtext(NAMESPACE + "responseStatus")
        message = root.findtext(NAMESPACE + "responseMessage")
        if "<responseStatus>SUCCESS</responseStatus>" not in body:
            raise Refused(action, status, message)
        assert root.tag == NAMESPACE + action + "Response", root.tag
        names = [child.tag for child in root]
        assert names == sorted(names), names
        return root

    def text(self, action, element, **parameters):
        return self.call(action, **parameters).findtext(".//" + NAMESPACE + element)

    def texts(self, action, element, **parameters):
        return [each.text for each in self.call(action, **parameters).iter(NAMESPACE + element)]

    def wait(self, action, element, on_the_way, wanted, **parameters):
        """The state must be one of those on the way, from the first look on, until it is the wanted one."""
        end = time.time() + WAIT_SECONDS
        seen = []
        while time.time() < end:
            state = self.text(action, element, **parameters)
            if not seen or seen[-1] != state:
                seen.append(state)
            if state == wanted:
                print("  %s %s" % (" -> ".join(seen), ", ".join(parameters.values())))
                return
            if state not in on_the_way:
                raise AssertionError("%s of %s is %s, after %s" % (element, parameters, state, seen))
            time.sleep(0.2)
        raise AssertionError("%s of %s stayed %s" % (element, parameters, seen))


def escape(value):
    return value.replace("&", "&amp;").replace("<", "&lt;")


def multipart(fields, files):
    document = "".join("<%s>%s</%s>" % (name, escape(value), name) for name, value in fields.items())
    parts = [
        "Content-Type: text/xml; charset=UTF-8\r\n"
        'Content-Disposition: form-data; name="Document"\r\n\r\n'
        '<?xml version="1.0" encoding="UTF-8"?>\r\n<OViSSRequest>%s</OViSSRequest>\r\n' % document
    ]
    for name, text in files.items():
        parts.append(
            "Content-Type: application/octet-stream\r\n"
            'Content-Disposition: form-data; name="%s"; filename="extra.xml"\r\n\r\n%s' % (name, text)
        )
    return ("".join("--BOUNDARY\r\n%s\r\n" % part for part in parts) + "--BOUNDARY--").encode()


def configuration(block):
    return {"configurationXMLFilePath": "<Request><configuration>%s</configuration></Request>" % block}


def make_system(client, name):
    print("a system")
    assert "2-tier Skeleton" in client.texts("ListVSYSDescriptor", "vsysdescriptorId")
    assert "standard.tiny" in client.texts("ListServerType", "name", diskImageId="dummy")
    assert "debian-13" in client.texts("ListDiskImage", "diskimageId")
    client.call("CreateVSYS", vsysDescriptorId="2-tier Skeleton", vsysName=name)
    listed = client.call("ListVSYS")
    by_name = {each.findtext(NAMESPACE + "vsysName"): each for each in listed.iter(NAMESPACE + "vsys")}
    vsys = by_name[name].findtext(NAMESPACE + "vsysId")
    assert re.match(r"^(\w+-\w+)\b", vsys + "-S-0001").group(1) == vsys
    client.wait("GetVSYSStatus", "vsysStatus", ["DEPLOYING", "RECONFIG_ING"], "NORMAL", vsysId=vsys)
    return vsys


def make_servers(client, vsys):
    print("servers and disks")
    servers = []
    for name in ["Web 1", "Web 2"]:
        server = client.text(
            "CreateVServer",
            "vserverId",
            vsysId=vsys,
            vserverName=name,
            vserverType="standard.tiny",
            diskImageId="debian-13",
            networkId=vsys + "-N-DMZ",
        )
        # What clients ask right afterwards, while it is being made.
        client.call("GetVSYSConfiguration", vsysId=vsys)
        assert client.text("GetVServerInitialPassword", "initialPassword", vsysId=vsys, vserverId=server)
        servers.append(server)
    for server in servers:
        client.wait("GetVServerStatus", "vserverStatus", ["DEPLOYING"], "STOPPED", vsysId=vsys, vserverId=server)
    disk = client.text("CreateVDisk", "vdiskId", vsysId=vsys, vdiskName="data", size="10")
    client.wait("GetVDiskStatus", "vdiskStatus", ["DEPLOYING"], "NORMAL", vsysId=vsys, vdiskId=disk)
    client.call("AttachVDisk", vsysId=vsys, vserverId=servers[0], vdiskId=disk)
    client.wait("GetVDiskStatus", "vdiskStatus", ["ATTACHING"], "NORMAL", vsysId=vsys, vdiskId=disk)
    assert client.text("GetVDiskAttributes", "attachedTo", vsysId=vsys, vdiskId=disk) == servers[0]
    return servers, disk


def choose_addresses(client):
    print("the address pool")
    client.call("CreateAddressPool", pipFrom="10.0.0.0", pipTo="10.127.255.255")
    client.call("AddAddressRange", pipFrom="10.128.0.0", pipTo="10.255.255.255")
    assert client.texts("GetAddressRange", "to") == ["10.255.255.255"]


def make_network(client, vsys, servers):
    print("address, firewall, load balancer")
    firewall = vsys + "-S-0001"
    client.call("StartEFM", vsysId=vsys, efmId=firewall)
    client.wait("GetEFMStatus", "efmStatus", ["STARTING"], "RUNNING", vsysId=vsys, efmId=firewall)
    before = client.texts("ListPublicIP", "address")
    client.call("AllocatePublicIP", vsysId=vsys)
    address = (set(client.texts("ListPublicIP", "address")) - set(before)).pop()
    client.wait("GetPublicIPStatus", "publicipStatus", ["DEPLOYING"], "DETACHED", publicIp=address)
    client.call("AttachPublicIP", vsysId=vsys, publicIp=address)
    client.wait("GetPublicIPStatus", "publicipStatus", ["ATTACHING"], "ATTACHED", publicIp=address)
    balancer = client.text("CreateEFM", "efmId", vsysId=vsys, efmType="SLB", efmName="SLB1", networkId=vsys + "-N-DMZ")
    assert client.text("GetEFMConfiguration", "slbVip", vsysId=vsys, efmId=balancer, configurationName="SLB_RULE")
    client.wait("GetEFMStatus", "efmStatus", ["DEPLOYING"], "STOPPED", vsysId=vsys, efmId=balancer)
    client.call("StartEFM", vsysId=vsys, efmId=balancer)
    client.wait("GetEFMStatus", "efmStatus", ["STARTING"], "RUNNING", vsysId=vsys, efmId=balancer)
    targets = "".join("<target><serverId>%s</serverId><port1>80</port1></target>" % each for each in servers)
    group = (
        "<group><id>10</id><protocol>http</protocol><port1>80</port1><balanceType>round-robin</balanceType>"
        "<monitorType>ping</monitorType><uniqueType>By connection</uniqueType><targets>%s</targets></group>" % targets
    )
    rules = configuration("<loadbalancer_rule><groups>%s</groups></loadbalancer_rule>" % group)
    client.call("UpdateEFMConfiguration", rules, vsysId=vsys, efmId=balancer, configurationName="SLB_RULE")
    vip = client.text("GetEFMAttributes", "slbVip", vsysId=vsys, efmId=balancer)
    nat = "<firewall_nat><rule><publicIp>%s</publicIp><privateIp>%s</privateIp><snapt>true</snapt></rule></firewall_nat>"
    fw = dict(vsysId=vsys, efmId=firewall)
    client.call("UpdateEFMConfiguration", configuration(nat % (address, vip)), configurationName="FW_NAT_RULE", **fw)
    policy = (
        "<policy><id>080</id><action>Accept</action><log>Off</log><protocol>tcp</protocol><src>any</src><srcType>IP</srcType>"
        "<srcPort>any</srcPort><dst>%s</dst><dstType>IP</dstType><dstPort>80</dstPort><dstService>NONE</dstService></policy>"
    )
    direction = "<direction><from>INTERNET</from><to>%s-N-DMZ</to><policies>%s</policies></direction>"
    policies = "<firewall_policy><directions>%s</directions></firewall_policy>" % (direction % (vsys, policy % address))
    client.call("UpdateEFMConfiguration", configuration(policies), configurationName="FW_POLICY", **fw)
    lb = dict(vsysId=vsys, efmId=balancer)
    for cleared in ["SLB_LOAD_STATISTICS_CLEAR", "SLB_ERROR_STATISTICS_CLEAR"]:
        client.call("UpdateEFMConfiguration", configurationName=cleared, **lb)
    shown = client.call("GetEFMConfiguration", configurationName="FW_POLICY", **fw)
    assert "35080" in [each.text for each in shown.iter(NAMESPACE + "id")]
    return firewall, balancer, address


def use(client, vsys, servers):
    print("in use")
    for server in servers:
        client.call("StartVServer", vsysId=vsys, vserverId=server)
        client.wait("GetVServerStatus", "vserverStatus", ["STARTING"], "RUNNING", vsysId=vsys, vserverId=server)
    try:
        client.call("StartVServer", vsysId=vsys, vserverId=servers[0])
        raise AssertionError("it started twice")
    except Refused as refused:
        assert refused.status == "ALREADY_STARTED", refused
    try:
        client.call("DestroyVSYS", vsysId=vsys)
        raise AssertionError("it was destroyed while it ran")
    except Refused as refused:
        assert refused.status == "SERVER_RUNNING", refused
    url = client.text("StandByConsole", "url", vsysId=vsys, networkId=vsys + "-N-DMZ")
    assert "/ovissapi/console?" in url and len(re.findall("ovc_", url)) == len(servers), url
    client.call("GetPerformanceInformation", vsysId=vsys, serverId=servers[0], interval="hour")
    assert client.text("GetSystemUsage", "date")
    assert client.texts("GetEventLog", "title", all="true")


def back_up(client, vsys, disk, server):
    print("a back-up")
    client.call("StopVServer", vsysId=vsys, vserverId=server)
    client.wait("GetVServerStatus", "vserverStatus", ["STOPPING"], "STOPPED", vsysId=vsys, vserverId=server)
    client.call("BackupVDisk", vsysId=vsys, vdiskId=disk)
    client.wait("GetVDiskStatus", "vdiskStatus", ["BACKUP_ING"], "NORMAL", vsysId=vsys, vdiskId=disk)
    [backup] = client.texts("ListVDiskBackup", "backupId", vsysId=vsys, vdiskId=disk)
    assert re.match(r"^\d{4}$", backup), backup
    client.call("RestoreVDisk", vsysId=vsys, backupId=backup)
    client.wait("GetVDiskStatus", "vdiskStatus", ["RESTORING"], "NORMAL", vsysId=vsys, vdiskId=disk)
    client.call("DestroyVDiskBackup", vsysId=vsys, backupId=backup)
    kind = dict(attributeName="vserverType", attributeValue="standard.small")
    client.call("UpdateVServerAttribute", vsysId=vsys, vserverId=server, **kind)
    client.wait("GetVServerStatus", "vserverStatus", ["CHANGE_TYPE"], "STOPPED", vsysId=vsys, vserverId=server)
    assert client.text("GetVServerAttributes", "vserverType", vsysId=vsys, vserverId=server) == "standard.small"


def keep(client, vsys, server):
    print("a snapshot and an image")
    disk = dict(vsysId=vsys, vdiskId=server)
    client.call("CreateSnapshot", comment="before", **disk)
    [snapshot] = client.texts("ListSnapshot", "snapshotId", **disk)
    until("the snapshot to be taken", lambda: settled(client, vsys, "RestoreSnapshot", snapshotId=snapshot))
    until("the snapshot to go", lambda: settled(client, vsys, "DestroySnapshot", snapshotId=snapshot))
    before = client.texts("ListDiskImage", "diskimageId")
    document = (
        "<Request><vserverId>%s</vserverId><locales><locale><lcid>en</lcid><name>My image</name>"
        "<description>of a server</description></locale></locales></Request>" % server
    )
    until("the server to rest", lambda: settled(client, vsys, "RegisterPrivateDiskImage", document))
    client.wait("GetVServerStatus", "vserverStatus", ["REGISTERING"], "STOPPED", vsysId=vsys, vserverId=server)
    until("the image to be listed", lambda: set(client.texts("ListDiskImage", "diskimageId")) - set(before))
    image = (set(client.texts("ListDiskImage", "diskimageId")) - set(before)).pop()
    assert client.text("GetDiskImageAttributes", "diskimageName", diskImageId=image) == "My image"
    contracts = {"contractsXMLFilePath": "<Request><contracts><contract><number>SOMEBODY</number></contract></contracts></Request>"}
    client.call("SetDiskImageCopyKey", contracts, diskImageId=image)
    assert client.text("GetDiskImageCopyKey", "key", diskImageId=image).startswith("ovi_")
    client.call("UnregisterDiskImage", diskImageId=image)
    until("the image to go", lambda: image not in client.texts("ListDiskImage", "diskimageId"))


def settled(client, vsys, action, document=None, **parameters):
    """True once the operation was accepted: it is repeated while another one is not over, as clients do."""
    files = None if document is None else {"diskImageXMLFilePath": document}
    try:
        client.call(action, files, vsysId=vsys, **parameters)
        return True
    except Refused as refused:
        if refused.status != "ILLEGAL_STATE":
            raise
        return False


def until(what, is_so):
    end = time.time() + WAIT_SECONDS
    while not is_so():
        assert time.time() < end, "waited too long for " + what
        time.sleep(0.2)


def tear_down(client, vsys, servers, disk, firewall, balancer, address):
    print("the end")
    client.call("StopVServer", vsysId=vsys, vserverId=servers[1], force="true")
    client.wait("GetVServerStatus", "vserverStatus", ["STOPPING"], "STOPPED", vsysId=vsys, vserverId=servers[1])
    client.call("DetachVDisk", vsysId=vsys, vserverId=servers[0], vdiskId=disk)
    client.wait("GetVDiskStatus", "vdiskStatus", ["DETACHING"], "NORMAL", vsysId=vsys, vdiskId=disk)
    client.call("DestroyVDisk", vsysId=vsys, vdiskId=disk)
    empty = configuration("<loadbalancer_rule><groups/></loadbalancer_rule>")
    client.call("UpdateEFMConfiguration", empty, vsysId=vsys, efmId=balancer, configurationName="SLB_RULE")
    client.call("DetachPublicIP", vsysId=vsys, publicIp=address)
    client.wait("GetPublicIPStatus", "publicipStatus", ["DETACHING"], "DETACHED", publicIp=address)
    for server in servers:
        client.call("DestroyVServer", vsysId=vsys, vserverId=server)
    assert client.texts("ListVServer", "vserverId", vsysId=vsys) == []
    for efm in [balancer, firewall]:
        client.call("StopEFM", vsysId=vsys, efmId=efm)
        client.wait("GetEFMStatus", "efmStatus", ["STOPPING"], "STOPPED", vsysId=vsys, efmId=efm)
    client.call("FreePublicIP", vsysId=vsys, publicIp=address)
    client.call("DestroyVSYS", vsysId=vsys)
    end = time.time() + WAIT_SECONDS
    while vsys in client.texts("ListVSYS", "vsysId"):
        assert time.time() < end, "it is not gone"
        time.sleep(0.2)
    try:
        client.call("GetVSYSStatus", vsysId=vsys)
        raise AssertionError("it still has a state")
    except Refused as refused:
        assert refused.status == "RESOURCE_NOT_FOUND", refused


def main(endpoint, pem, authority):
    client = Client(endpoint, pem, authority)
    vsys = make_system(client, "python & co")
    choose_addresses(client)
    servers, disk = make_servers(client, vsys)
    firewall, balancer, address = make_network(client, vsys, servers)
    use(client, vsys, servers)
    back_up(client, vsys, disk, servers[0])
    keep(client, vsys, servers[0])
    tear_down(client, vsys, servers, disk, firewall, balancer, address)
    print("everything destroyed")


if __name__ == "__main__":
    main(*sys.argv[1:])
