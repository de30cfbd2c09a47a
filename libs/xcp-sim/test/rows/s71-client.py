# A client as people write them with the standard library alone: XML-RPC, ints as text both ways, tasks polled, the older
# events in a thread. Prints one JSON object; the test beside it checks it.
#
#   python3 s71-client.py <url> <user> <password>
import json
import sys
import threading
import xmlrpc.client

url, user, password = sys.argv[1:4]


class Failure(Exception):
    def __init__(self, details):
        super().__init__(details)
        self.details = details


class Api:
    """Calls with the session in front, as the common wrapper of this API does."""

    def __init__(self):
        self.proxy = xmlrpc.client.ServerProxy(url, allow_none=True)
        self.session = None

    def call(self, method, *params):
        function = self.proxy
        for part in method.split('.'):
            function = getattr(function, part)
        answer = function(*((self.session,) if self.session else ()), *params)
        if answer['Status'] == 'Success':
            return answer['Value']
        raise Failure(answer['ErrorDescription'])

    def login(self):
        self.session = self.call('session.login_with_password', user, password, '1.0', 'python-client')

    def wait(self, task):
        while self.call('task.get_status', task) == 'pending':
            pass
        record = self.call('task.get_record', task)
        self.call('task.destroy', task)
        if record['status'] != 'success':
            raise Failure(record['error_info'])
        return record['result']


def listen(events):
    listener = Api()
    listener.login()
    listener.call('event.register', ['vm'])
    ready.set()
    while True:
        for event in listener.call('event.next'):
            events.append([event['class'], event['operation'], event['ref'], event.get('snapshot', {}).get('power_state')])
            if event['operation'] == 'del':
                listener.call('event.unregister', ['vm'])
                listener.call('session.logout')
                return


api = Api()
api.login()
ready = threading.Event()
events = []
thread = threading.Thread(target=listen, args=(events,))
thread.start()
ready.wait(10)

report = {'methods': len(api.proxy.system.listMethods())}
template = api.call('VM.get_by_name_label', 'debian-13')[0]
vm = api.call('VM.clone', template, 'python')
api.call('VM.provision', vm)
static_max = api.call('VM.get_memory_static_max', vm)
report['memory'] = static_max
report['memory_type'] = type(static_max).__name__
# Ints go out as text, as 64-bit ints do not fit the integers of XML-RPC.
api.call('VM.set_memory_limits', vm, str(2**28), str(2**31), str(2**31), str(2**31))
report['memory_after'] = api.call('VM.get_memory_static_max', vm)
record = api.call('VM.get_record', vm)
report['bool_type'] = type(record['is_a_template']).__name__
report['float_type'] = type(record['HVM_shadow_multiplier']).__name__
report['date'] = record['snapshot_time'].value
report['start'] = api.wait(api.call('Async.VM.start', vm, False, False))
report['state'] = api.call('VM.get_power_state', vm)
report['shutdown'] = api.wait(api.call('Async.VM.hard_shutdown', vm))
try:
    api.call('VM.unpause', vm)
except Failure as failure:
    report['failure'] = failure.details
api.call('VM.destroy', vm)
thread.join(10)
report['events'] = [event[1:] for event in events if event[2] == vm and event[3] in (None, 'Running', 'Halted')]
report['vm'] = vm
api.call('session.logout')
try:
    api.call('VM.get_all')
except Failure as failure:
    report['after_logout'] = failure.details[0]
print(json.dumps(report))
