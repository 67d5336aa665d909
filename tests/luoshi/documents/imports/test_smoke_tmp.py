import time
from pathlib import Path
from luoshi.accounts.actor import Actor, Channel, Role
from luoshi.documents.imports import past_import, ImportRefused
from luoshi.documents.spreadsheets import read_suggestions
from datetime import date
from workbooks import workbook
HEAD=("编号","标题","内容","领衔代表","附议代表","代表团","主办单位","会办单位","交办日期","答复日期","办理结果","办理态度评价","办理结果评价","沟通次数","沟通人次")
def test_speed(county):
    rows=[HEAD]+[(n,f"关于第{n}件事的建议","一、甲。\n二、乙。",f"代表{n%40}",f"代表{(n+1)%40}（东乡）","东乡",f"县{n%30}局","县财政局",date(2019,5,23),date(2019,8,1),"ABC"[n%3],"满意","基本满意",1,2) for n in range(1,301)]
    parsed=read_suggestions(workbook(rows))
    office=Actor(user_id=None,name="导入",roles=frozenset({Role.CONGRESS_OFFICE}),channel=Channel.IMPORT)
    import cProfile, os
    from django.db import connection
    pr=cProfile.Profile() if os.environ.get("PROF") else None
    from collections import defaultdict
    import re
    acc=defaultdict(lambda:[0,0.0])
    def wrap(execute, sql, params, many, context):
        a=time.perf_counter()
        try: return execute(sql, params, many, context)
        finally:
            m=acc[re.sub(r"[0-9]+|x[0-9a-f_]+","#",str(sql))[:60]+" … "+re.sub(r"\s+"," ",str(sql))[-110:] if str(sql)[:4]!="SAVE" and str(sql)[:4]!="RELE" else str(sql)[:9]]
            m[0]+=1; m[1]+=time.perf_counter()-a
    with connection.cursor() as c:
        a=time.perf_counter()
        for _ in range(1000): c.execute("select 1")
        base=time.perf_counter()-a
    ew=connection.execute_wrapper(wrap)
    if os.environ.get("SQL"): ew.__enter__()
    t=time.perf_counter()
    pid=connection.connection.info.backend_pid
    def bcpu():
        f=open(f"/proc/{pid}/stat").read().rsplit(")",1)[1].split(); return (int(f[11])+int(f[12]))/100
    c0,b0=time.process_time(),bcpu()
    if pr: pr.enable()
    try:
        r=past_import(parsed=parsed,session_code="17-4",actor=office,create_missing=True)
    except ImportRefused as e:
        raise AssertionError([c.text for c in e.cells][:10])
    if pr: pr.disable(); pr.dump_stats("/tmp/imports/prof")
    d=time.perf_counter()-t
    c1,b1=time.process_time(),bcpu()
    Path("/tmp/imports/out").write_text(f"cpu python {c1-c0} backend {b1-b0} => {300/(c1-c0+b1-b0)} rows per cpu s\n{300/d} rows/s {d}\n{r}")
    if os.environ.get("SQL"):
        ew.__exit__(None,None,None)
        with open("/tmp/imports/sql","w") as f:
            f.write(f"base {base} ms per select 1\n")
            for k,(n,s) in sorted(acc.items(),key=lambda i:-i[1][1])[:40]: f.write(f"{n:6d} {s:8.3f} {1000*s/n:7.2f} {k}\n")
    t=time.perf_counter()
    r=past_import(parsed=parsed,session_code="17-4",actor=office,create_missing=True)
    with open("/tmp/imports/out","a") as f: f.write(f"\n{time.perf_counter()-t} {r}\n")
