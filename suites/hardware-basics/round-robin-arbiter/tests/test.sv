`timescale 1 ps/1 ps

// Every request set after every last served, with and without accept; all requesting for long;
// requests that change in the middle of a cycle; then random inputs with resets.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_grant;
        int errortime_grant;
        int errors_last;
        int errortime_last;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic [3:0] request;
    logic accept;
    logic [3:0] grant_ref;
    logic [3:0] grant_dut;
    logic [1:0] last_ref;
    logic [1:0] last_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .request(request),
        .accept(accept),
        .grant(grant_ref),
        .last(last_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .request(request),
        .accept(accept),
        .grant(grant_dut),
        .last(last_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 44075;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        reset = 1; request = 4'b1111; accept = 1;
        repeat (2) @(negedge clk);
        reset = 0;
        repeat (10) @(negedge clk);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 16; j++)
                for (int k = 0; k < 2; k++) begin
                    request = 4'b0001 << i; accept = 1;
                    @(negedge clk) request = j; accept = k;
                    @(negedge clk);
                end
        request = 4'b1010; accept = 0;
        repeat (3) @(negedge clk);
        @(posedge clk) #1 request = 4'b0101;
        @(negedge clk) accept = 1;
        repeat (4) @(negedge clk);
        request = 4'b1111;
        repeat (3) @(negedge clk);
        reset = 1;
        #2 reset = 0;
        @(negedge clk) reset = 1;
        @(negedge clk) reset = 0;
        repeat (3000) @(negedge clk) begin
            request = $random(seed);
            accept = pick(3) != 0;
            reset = pick(50) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {grant_ref, last_ref} === ({grant_ref, last_ref} ^ {grant_dut, last_dut} ^ {grant_ref, last_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (grant_ref !== (grant_ref ^ grant_dut ^ grant_ref)) begin
            if (stats1.errors_grant == 0) stats1.errortime_grant = $time;
            stats1.errors_grant++;
        end
        if (last_ref !== (last_ref ^ last_dut ^ last_ref)) begin
            if (stats1.errors_last == 0) stats1.errortime_last = $time;
            stats1.errors_last++;
        end
    end

    final begin
        if (stats1.errors_grant) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "grant", stats1.errors_grant, stats1.errortime_grant);
        else $display("Hint: Output '%s' has no mismatches.", "grant");
        if (stats1.errors_last) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "last", stats1.errors_last, stats1.errortime_last);
        else $display("Hint: Output '%s' has no mismatches.", "last");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
