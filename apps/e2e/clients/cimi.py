#!/usr/bin/env python3
"""A CIMI 1.x client with nothing but the standard library, and a walk through the whole life of a system.

It knows the URI of the cloud entry point and finds all else by following references and operations, as the standard asks.

    python3 cimi.py http://127.0.0.1:3000/cimi/cloudEntryPoint anyone TOKEN

Prints a line a step; ends with 1 and the reason at the first thing that is not as the standard has it.
"""

import base64
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

NS = "http://schemas.dmtf.org/cimi/1"
LIMIT_SECONDS = 60


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Cimi:
    def __init__(self, entry_point, user, password):
        self.entry_point = entry_point
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.authorization = f"Basic {token}"

    def call(self, method, uri, body=None, accept="application/json", content="application/json", anonymous=False):
        headers = {"Accept": accept, "CIMI-Specification-Version": "1.0.1"}
        if not anonymous:
            headers["Authorization"] = self.authorization
        data = None
        if body is not None:
            headers["Content-Type"] = content
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
        request = urllib.request.Request(uri, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            # Every error is a Job, whatever happened.
            if accept == "application/json":
                job = json.loads(text)
                require(job["resourceURI"] == NS + "/Job" and job["state"] == "FAILED", "an error is a failed Job")
            raise Refused(error.code, text) from None

    def get(self, uri):
        status, headers, text = self.call("GET", uri)
        require(status == 200, "GET answers 200")
        require(headers["Content-Type"].split(";")[0] == "application/json", "the format that was asked for")
        return json.loads(text)

    def get_xml(self, uri, anonymous=False):
        _, headers, text = self.call("GET", uri, accept="application/xml", anonymous=anonymous)
        require(headers["Content-Type"].split(";")[0] == "application/xml", "the format that was asked for")
        return ElementTree.fromstring(text)

    def add(self, collection, body):
        """Posts to where the collection says that things are added; answers the new resource and the URI of the Job."""
        href = operation(self.get(collection), "add")
        status, headers, text = self.call("POST", href, body)
        require(status in (201, 202), f"an add answers 201 or 202, not {status}")
        resource = json.loads(text)
        require(headers["Location"] == resource["id"], "Location is the id of the new resource")
        require(status == 201 or "CIMI-Job-URI" in headers, "202 names its Job")
        return resource, headers.get("CIMI-Job-URI")

    def act(self, resource, name, **parameters):
        href = operation(resource, f"{NS}/action/{name}")
        body = {"resourceURI": f"{NS}/Action", "action": f"{NS}/action/{name}", **parameters}
        status, headers, text = self.call("POST", href, body)
        require(status == 202, f"{name} answers 202, not {status}")
        require(json.loads(text)["resourceURI"] == f"{NS}/Job", "the body of an accepted action is a Job")
        return headers["CIMI-Job-URI"]

    def delete(self, resource):
        status, headers, _ = self.call("DELETE", operation(resource, "delete"))
        require(status in (200, 202), f"DELETE answers 200 or 202, not {status}")
        return headers.get("CIMI-Job-URI")

    def wait_for_job(self, uri):
        job = poll(lambda: self.get(uri), lambda seen: seen["state"] in ("SUCCESS", "FAILED", "STOPPED"))
        require(job["state"] == "SUCCESS", f"the Job succeeds: {job.get('statusMessage')}")
        require(job["progress"] == 100 and job["returnCode"] == 0, "an ended Job has progress 100 and return code 0")
        return job

    def wait_for_state(self, uri, state):
        return poll(lambda: self.get(uri), lambda seen: seen["state"] == state)

    def wait_until_gone(self, uri):
        def gone():
            try:
                self.get(uri)
            except Refused as refused:
                return refused.status == 404
            return False

        poll(gone, lambda is_gone: is_gone)


def require(condition, what):
    if not condition:
        raise AssertionError(what)


def operation(resource, rel):
    for each in resource.get("operations", []):
        if each["rel"] == rel:
            return each["href"]
    raise AssertionError(f"{resource['id']} offers no {rel}: {resource.get('operations')}")


def poll(look, is_enough):
    end = time.monotonic() + LIMIT_SECONDS
    while True:
        seen = look()
        if is_enough(seen):
            return seen
        require(time.monotonic() < end, f"it happens within {LIMIT_SECONDS} s: {seen}")
        time.sleep(0.1)


def step(text):
    print(text, flush=True)


def entry_point(cloud):
    """Readable by everybody, in both formats; the base of all URIs ends with a slash."""
    root = cloud.get_xml(cloud.entry_point, anonymous=True)
    require(root.tag == f"{{{NS}}}CloudEntryPoint", "the namespace is that of version 1")
    base = root.find(f"{{{NS}}}baseURI").text
    require(base.endswith("/"), "baseURI ends with a slash")
    entry = cloud.get(cloud.entry_point)
    require(entry["baseURI"] == base and entry["name"], "both formats say the same")
    for name, value in entry.items():
        if isinstance(value, dict) and "href" in value:
            require(value["href"].startswith(base), f"{name} begins with baseURI")
            collection = cloud.get(value["href"])
            require(collection["resourceURI"].startswith(f"{NS}/"), f"{name} says what it is")
            require(collection["id"] == value["href"], f"{name} is at its own id")
    step(f"entry point at {base}")
    return entry


def metadata(cloud, entry):
    collection = cloud.get(entry["resourceMetadata"]["href"])
    entries = collection["resourceMetadata"]
    require(collection["count"] == len(entries) == len(collection["resourceMetadatas"]), "count counts the entries")
    capabilities = {}
    for each in entries:
        require(cloud.get(each["id"])["name"] == each["name"], "an entry is at its id")
        for capability in each.get("capabilities", []):
            require(set(capability) == {"name", "uri", "description", "value"}, "a capability has all four members")
            capabilities[capability["uri"]] = capability["value"]
    initial = capabilities[f"{NS}/capability/Machine/InitialStates"].split(",")
    require("STARTED" in initial and "STOPPED" in initial, "machines may be created started or stopped")
    step(f"{len(entries)} types, {len(capabilities)} capabilities")


def find_by_name(cloud, collection, key, name):
    query = urllib.parse.urlencode({"$filter": f"name='{name}'"})
    page = cloud.get(f"{collection}?{query}")
    require(page["count"] == 1, f"there is one {name}")
    return page[key][0]


def machine_template(cloud, entry, **more):
    config = find_by_name(cloud, entry["machineConfigs"]["href"], "machineConfigurations", "standard.tiny")
    image = find_by_name(cloud, entry["machineImages"]["href"], "machineImages", "debian-13")
    require(image["state"] == "AVAILABLE" and image["type"] == "IMAGE", "the image can be used")
    return {"machineConfig": {"href": config["id"]}, "machineImage": {"href": image["id"]}, **more}


def new_system(cloud, entry):
    """By value: a network, two machines in it with a volume each, and one volume more."""
    template = machine_template(
        cloud,
        entry,
        networkInterfaces=[{"network": {"href": "#inside"}, "state": "ACTIVE"}],
        volumeTemplates=[{"initialLocation": "/dev/xvdb", "volumeConfig": {"capacity": 5_000_000}}],
    )
    descriptors = [
        {"name": "inside", "type": f"{NS}/Network", "networkTemplate": {"networkConfig": {"networkType": "PRIVATE"}}},
        {"name": "web", "type": f"{NS}/Machine", "quantity": 2, "machineTemplate": template},
        {"name": "spare", "type": f"{NS}/Volume", "volumeTemplate": {"volumeConfig": {"capacity": 6_000_000}}},
    ]
    body = {
        "resourceURI": f"{NS}/SystemCreate",
        "name": "python walk",
        "properties": {"costCentre": "4711"},
        "systemTemplate": {"componentDescriptors": descriptors},
    }
    system, job = cloud.add(entry["systems"]["href"], body)
    require(system["state"] == "CREATING" and system["properties"] == {"costCentre": "4711"}, "it is being created")
    done = cloud.wait_for_job(job)
    require(len(done["nestedJobs"]) > 3, "each component has a nested Job")
    require(cloud.get(done["nestedJobs"][0]["href"])["parentJob"]["href"] == done["id"], "which knows its parent")
    system = cloud.wait_for_state(system["id"], "STOPPED")
    step(f"system {system['id']}")
    return system


def members(cloud, system):
    joined = cloud.get(system["machines"]["href"])
    require(joined["resourceURI"] == f"{NS}/SystemMachineCollection" and joined["count"] == 2, "two machines")
    require(sorted(each["name"] for each in joined["systemMachines"]) == ["web1", "web2"], "named and numbered")
    return [cloud.get(each["machine"]["href"]) for each in joined["systemMachines"]]


def power(cloud, system, machine):
    """STOPPED → STARTED → PAUSED → STARTED → STOPPED, and the system follows its machines."""
    for verb in ("start", "delete", "capture", "snapshot", "edit"):
        require(any(each["rel"].endswith(verb) for each in machine["operations"]), f"a stopped machine offers {verb}")
    uri = machine["id"]
    cloud.act(machine, "start")
    started = cloud.wait_for_state(uri, "STARTED")
    require(cloud.get(system["id"])["state"] == "MIXED", "one of two runs: MIXED")
    for verb in ("restart", "stop", "capture"):
        require(any(each["rel"].endswith(verb) for each in started["operations"]), f"a started machine offers {verb}")
    cloud.wait_for_job(cloud.act(started, "pause"))
    paused = cloud.wait_for_state(uri, "PAUSED")
    cloud.wait_for_job(cloud.act(paused, "start"))
    started = cloud.wait_for_state(uri, "STARTED")
    cloud.wait_for_job(cloud.act(started, "stop", force=True))
    cloud.wait_for_state(uri, "STOPPED")
    try:
        cloud.call("POST", f"{uri}/stop", {"action": f"{NS}/action/stop"})
        raise AssertionError("a stopped machine is not stopped")
    except Refused as refused:
        require(refused.status == 409, f"the wrong state answers 409, not {refused.status}")
    step("machine started, paused, started, stopped by force")


def whole_power(cloud, system):
    cloud.wait_for_job(cloud.act(cloud.get(system["id"]), "start"))
    system = cloud.wait_for_state(system["id"], "STARTED")
    cloud.wait_for_job(cloud.act(system, "stop"))
    cloud.wait_for_state(system["id"], "STOPPED")
    step("system started and stopped")


def volumes(cloud, entry, system, machine):
    joined = cloud.get(f"{system['volumes']['href']}?%24expand=volume")
    spare = next(each["volume"] for each in joined["systemVolumes"] if each["name"] == "spare")
    attachment, job = cloud.add(
        machine["volumes"]["href"],
        {"resourceURI": f"{NS}/MachineVolume", "initialLocation": "/dev/xvdc", "volume": {"href": spare["id"]}},
    )
    cloud.wait_for_job(job)
    require(cloud.get(machine["volumes"]["href"])["count"] == 2, "both volumes are attached")
    cloud.wait_for_job(cloud.delete(attachment))
    require(cloud.get(spare["id"])["state"] == "AVAILABLE", "the volume stays")
    status, headers, text = cloud.call("PUT", f"{spare['id']}?%24select=capacity", {"capacity": "12000000"})
    require(status == 202 and json.loads(text)["capacity"] >= 12_000_000, "it grows")
    cloud.wait_for_job(headers["CIMI-Job-URI"])
    step("volume attached, detached, grown")


def snapshot(cloud, entry, machine):
    href = operation(machine, f"{NS}/action/snapshot")
    body = f'<MachineImage xmlns="{NS}"><name>before</name><type> SNAPSHOT </type><imageLocation>{machine["id"]}</imageLocation></MachineImage>'
    status, headers, text = cloud.call("POST", href, body, accept="application/xml", content="application/xml")
    require(status in (201, 202), "a snapshot is accepted")
    image = ElementTree.fromstring(text).find(f"{{{NS}}}id").text
    require(headers["Location"] == image, "Location is the image")
    cloud.wait_for_job(headers["CIMI-Job-URI"])
    require(cloud.wait_for_state(image, "AVAILABLE")["type"] == "SNAPSHOT", "it is a snapshot")
    require(cloud.get(machine["snapshots"]["href"])["count"] == 1, "the machine knows it")
    cloud.wait_for_job(cloud.act(cloud.get(machine["id"]), "restore", image={"href": image}))
    template = machine_template(cloud, entry, initialState="STARTED")
    twin, job = cloud.add(
        entry["machines"]["href"],
        {"name": "twin", "machineTemplate": {**template, "machineImage": {"href": image}}},
    )
    cloud.wait_for_job(job)
    cloud.wait_for_state(twin["id"], "STARTED")
    cloud.wait_for_job(cloud.delete(cloud.get(twin["id"])))
    cloud.delete(cloud.get(image))
    cloud.wait_until_gone(image)
    step("snapshot taken, restored, made a machine of, deleted")


def routing(cloud, entry, system):
    """A second network that the first one reaches: the forwarding group is a firewall, which the system names as an extension."""
    inside = cloud.get(system["networks"]["href"])["systemNetworks"][0]["network"]
    config = {"networkTemplate": {"networkConfig": {"networkType": "PRIVATE"}}}
    outside, job = cloud.add(system["networks"]["href"], {"name": "outside", **config})
    cloud.wait_for_job(job)
    template = {"networks": [inside, {"href": outside["id"]}]}
    group, job = cloud.add(entry["forwardingGroups"]["href"], {"forwardingGroupTemplate": template})
    cloud.wait_for_job(job)
    require(len(cloud.get(group["id"])["networks"]) == 2, "both networks are in it")
    [efm] = cloud.get(system["efms"]["href"])["efms"]
    require(efm["type"] == "Firewall", "a firewall forwards")
    cloud.wait_for_job(cloud.delete(efm))
    cloud.wait_until_gone(efm["id"])
    cloud.wait_for_job(cloud.delete(cloud.get(outside["id"])))
    step("networks forwarded to each other")


def package(cloud, system):
    status, headers, _ = cloud.call("POST", operation(cloud.get(system["id"]), f"{NS}/action/export"), {"format": "application/ovf+xml"})
    require(status == 200, "a package is there at once")
    _, kind, text = cloud.call("GET", headers["Location"], accept="*/*")
    require(kind["Content-Type"].split(";")[0] == "application/ovf+xml", "it is an envelope")
    envelope = ElementTree.fromstring(text)
    servers = envelope.findall(".//{http://schemas.dmtf.org/ovf/envelope/1}VirtualSystem")
    require(len(servers) == 2, "both machines are in it")
    step("system packed as OVF")


def rename(cloud, machine):
    status, _, text = cloud.call("PUT", f"{machine['id']}?%24select=name,description", {"name": "Shop front"})
    require(status == 200 and json.loads(text)["name"] == "Shop front", "it is renamed")
    require("description" not in json.loads(text), "what is selected and missing goes")
    root = cloud.get_xml(machine["id"])
    require(root.find(f"{{{NS}}}name").text == "Shop front", "in XML too")
    step("machine renamed")


def observation(cloud, machine, system):
    meters = cloud.get(machine["meters"]["href"])
    cpu = next(each for each in meters["meters"] if each["aspect"] == f"{NS}/aspect/cpu")
    samples = cloud.get(f"{cpu['id']}?%24expand=samples")["samples"]
    require(samples["count"] == len(samples.get("samples", [])), "samples are counted")
    log = cloud.get(system["eventLog"]["href"])
    events = cloud.get(log["events"]["href"])
    require(events["count"] > 0 and sum(log["summary"].values()) == events["count"], "the summary sums up the events")
    step(f"{meters['count']} meters, {events['count']} events")


def template_machine(cloud, entry):
    """A template and a credential of one's own; a machine without a word about its system."""
    credential, _ = cloud.add(
        entry["credentials"]["href"],
        {"name": "admin", "credentialTemplate": {"userName": "admin", "password": "correct horse battery"}},
    )
    require("password" not in credential, "a password is never shown")
    template, _ = cloud.add(
        entry["machineTemplates"]["href"],
        machine_template(cloud, entry, name="small", initialState="STARTED", credential={"href": credential["id"]}),
    )
    machine, job = cloud.add(
        entry["machines"]["href"],
        {"name": "lone machine", "description": "of a template", "machineTemplate": {"href": template["id"]}},
    )
    cloud.wait_for_job(job)
    cloud.wait_for_state(machine["id"], "STARTED")
    cloud.delete(cloud.get(machine["id"]))
    cloud.wait_until_gone(machine["id"])
    cloud.delete(template)
    cloud.delete(credential)
    step("machine of a template, in the default system")


def main():
    cloud = Cimi(*sys.argv[1:4])
    entry = entry_point(cloud)
    metadata(cloud, entry)
    system = new_system(cloud, entry)
    machine = members(cloud, system)[0]
    power(cloud, system, machine)
    volumes(cloud, entry, system, machine)
    snapshot(cloud, entry, cloud.get(machine["id"]))
    routing(cloud, entry, system)
    package(cloud, system)
    rename(cloud, machine)
    whole_power(cloud, system)
    observation(cloud, machine, system)
    template_machine(cloud, entry)
    for each in cloud.get(entry["systems"]["href"])["systems"]:
        cloud.delete(each)
        cloud.wait_until_gone(each["id"])
    require(cloud.get(entry["machines"]["href"])["count"] == 0, "no machine is left")
    step("everything deleted")


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, Refused) as error:
        print(f"FAILED {error}", flush=True)
        sys.exit(1)
